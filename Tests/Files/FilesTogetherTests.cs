using OnnxInit.Contracts;
using OnnxInit.Contracts.Files;
using OnnxInit.Tests.Data;

namespace OnnxInit.Tests.Files;

public sealed class FilesTogetherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void All_are_written(bool replacing)
    {
        if (replacing)
        {
            Old("data", "model");
        }

        AtomicFile.WriteTogether(Text("data", "new data"), Text("model", "new model"));

        Content().Should().Equal("data: new data", "model: new model");
    }

    [Theory]
    [InlineData("data")]
    [InlineData("model")]
    public void None_is_when_one_fails_to_be_written(string failing)
    {
        Old("data", "model");

        FluentActions.Invoking(() => AtomicFile.WriteTogether(Files(failing, stream => throw new InvalidOperationException("no")))).Should().Throw<InvalidOperationException>().WithMessage("no");
        FluentActions.Invoking(() => AtomicFile.WriteTogether(Files(failing, stream => throw new IOException("The disk is full.")))).Should().Throw<InvalidInputException>()
            .WithMessage($"Cannot write '{_folder[failing]}': The disk is full. Nothing was changed there.*");

        Content().Should().Equal("data: old", "model: old");

        (string, Action<Stream>)[] Files(string name, Action<Stream> fail) => [.. new[] { "data", "model" }.Select(file => file == name ? (_folder[file], fail) : Text(file, "new"))];
    }

    [Theory]
    [InlineData("data", "model")]
    [InlineData("model", "data")]
    public void None_is_when_one_cannot_be_put_in_its_place(string folder, string other)
    {
        Directory.CreateDirectory(_folder[folder]);
        Old(other);

        FluentActions.Invoking(() => AtomicFile.WriteTogether(Text("data", "new"), Text("model", "new"))).Should().Throw<InvalidInputException>();

        Content().Should().Equal($"{other}: old");
        Directory.GetFileSystemEntries(_folder.Path).Should().HaveCount(2);
    }

    private void Old(params string[] names)
    {
        foreach (string name in names)
        {
            File.WriteAllText(_folder[name], "old");
        }
    }

    private (string Path, Action<Stream> Write) Text(string name, string text) => (_folder[name], stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    private string[] Content() => [.. Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)}: {File.ReadAllText(file)}")];
}
