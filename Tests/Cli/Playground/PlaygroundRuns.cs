using OnnxInit.Cli.Playground;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Runs;
using OnnxInit.Tests.Data;
using OnnxInit.Tests.Runtimes;

namespace OnnxInit.Tests.Cli.Playground;

/// <summary>Trained runs and their playgrounds, each made once.</summary>
public sealed class PlaygroundRuns : IDisposable
{
    private const string Source = "synthetic:2000";

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _pages = [];

    /// <summary>The images that all of them were trained and tested on.</summary>
    internal ImageDataset Data { get; } = DatasetSource.Open(Source);

    /// <summary>The playground of a run with these options.</summary>
    internal async Task<string> PageAsync(string options)
    {
        if (_pages.TryGetValue(options, out string? page))
        {
            return page;
        }

        NodeJs.Require();
        RunFolder run = new(_folder[$"run{_pages.Count}"]);
        ToolResult result = await Tool.RunAsync(["run", "--data", Source, "--epochs", "2", "--lr", "1e-2", "--out", run.Path, .. options.Split(' ')]);
        result.ExitCode.Should().Be(0, result.Error);
        return _pages[options] = ModelPlayground.Write(run, Data.Test);
    }

    public void Dispose() => _folder.Dispose();
}
