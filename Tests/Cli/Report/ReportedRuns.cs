using OnnxInit.Tests.Data;

namespace OnnxInit.Tests.Cli.Report;

/// <summary>Runs to report on, made once: a whole one, another of another network, and one that was trained and nothing else.</summary>
public sealed class ReportedRuns : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    public string Mlp => _folder["mlp"];

    public string Deep => _folder["deep"];

    public string OnlyTrained => _folder["trained"];

    /// <summary>The page of the first and the second side by side.</summary>
    public string Compared => _folder["compared.html"];

    public async ValueTask InitializeAsync()
    {
        await Succeed("run", "--data", "synthetic:600", "--epochs", "3", "--out", Mlp);
        await Succeed("run", "--data", "synthetic:600", "--epochs", "2", "--model", "mlp-deep", "--depth", "45", "--width", "20", "--no-batchnorm", "--init", "xavier-uniform", "--out", Deep);
        await Succeed("train", "--data", "synthetic:300", "--epochs", "1", "--out", OnlyTrained);
        await Succeed("report", Mlp, Deep, "--output", Compared);
        await Succeed("report", OnlyTrained);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A copy of the whole run, to be changed.</summary>
    public static string Copy(string run, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(run))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        return to;
    }

    private static async Task Succeed(params string[] arguments)
    {
        ToolResult result = await Tool.RunAsync(arguments);
        result.ExitCode.Should().Be(0, result.Error + result.Output);
    }
}
