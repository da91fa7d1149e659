using Google.Protobuf;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Tests.Data;
using OnnxInit.Tests.Inference;

namespace OnnxInit.Tests.Onnx;

public sealed class OnnxFileTests : IDisposable
{
    private const string Remedy = "Name a file that 'onnxinit export' or another exporter wrote.";

    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder["model.onnx"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_comes_back()
    {
        ModelProto model = TinyModel.Create();

        Load(model.ToByteArray()).Should().Be(model);
    }

    [Fact]
    public void Fields_that_the_schema_here_does_not_list_survive()
    {
        // In ModelProto functions (25) and training_info (20), in NodeProto overload (8): length-delimited, 3 bytes each.
        ModelProto model = TinyModel.Create();
        byte[] node = [.. model.Graph.Node[0].ToByteArray(), 0x42, 3, 1, 2, 3];
        model.Graph.Node[0] = NodeProto.Parser.ParseFrom(node);
        byte[] bytes = [.. model.ToByteArray(), 0xa2, 0x01, 3, 1, 2, 3, 0xca, 0x01, 3, 4, 5, 6];

        ModelProto read = Load(bytes);

        read.ToByteArray().Should().Equal(bytes);
        read.Graph.Node[0].ToByteArray().Should().Equal(node);
    }

    [Fact]
    public void An_empty_file_is_no_model() => Loading([]).Should().Throw<InvalidInputException>()
        .WithMessage($"'{FilePath}' is no ONNX model: it has no graph, no IR version or no opset. {Remedy}");

    [Fact]
    public void Text_is_no_model() => Loading("this is a text"u8.ToArray()).Should().Throw<InvalidInputException>()
        .WithMessage($"'{FilePath}' is no ONNX model: * {Remedy}");

    [Fact]
    public void A_model_cut_short_is_no_model()
    {
        ModelProto model = TinyModel.Create();
        model.MetadataProps.Clear();
        byte[] bytes = model.ToByteArray();

        foreach (int length in (int[])[1, 2, bytes.Length / 2, bytes.Length - 1])
        {
            Loading(bytes[..length]).Should().Throw<InvalidInputException>().WithMessage($"'{FilePath}' is no ONNX model: *. {Remedy}");
        }
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() => FluentActions.Invoking(() => OnnxFile.Load(FilePath)).Should().Throw<InvalidInputException>()
        .WithMessage($"The model '{FilePath}' cannot be read: Could not find file '{FilePath}'. Name a file that 'onnxinit export' or another exporter wrote.");

    [Fact]
    public void A_folder_is_no_model() => FluentActions.Invoking(() => OnnxFile.Load(_folder.Path)).Should().Throw<InvalidInputException>()
        .WithMessage($"The model '{_folder.Path}' cannot be read: * {Remedy}");

    private Action Loading(byte[] bytes) => () => Load(bytes);

    private ModelProto Load(byte[] bytes)
    {
        File.WriteAllBytes(FilePath, bytes);
        return OnnxFile.Load(FilePath);
    }
}
