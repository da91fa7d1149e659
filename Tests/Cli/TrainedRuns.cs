using OnnxInit.Tests.Data;

namespace OnnxInit.Tests.Cli;

/// <summary>The presets mlp and cnn, trained for some seconds on synthetic images: for tests that need a network that has learned something.</summary>
public sealed class TrainedRuns : IAsyncLifetime
{
    public const string Data = "synthetic:2000";

    private readonly TemporaryFolder _folder = new();

    /// <summary>The folder of the run of a preset.</summary>
    public string this[string preset] => _folder[preset];

    public async ValueTask InitializeAsync()
    {
        foreach (string preset in (string[])["mlp", "cnn"])
        {
            (await Tool.RunAsync("run", "--data", Data, "--epochs", "3", "--lr", "0.01", "--model", preset, "--out", _folder[preset])).ExitCode.Should().Be(0);
        }
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
