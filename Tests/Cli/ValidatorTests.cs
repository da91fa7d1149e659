using System.Diagnostics;
using System.Text.Json;
using OnnxInit.Tests.Build;
using OnnxInit.Tests.Data;

namespace OnnxInit.Tests.Cli;

/// <summary><c>onnxinit-verify</c> as a process of its own, on a run that <c>onnxinit</c> left behind.</summary>
public sealed class ValidatorTests : IDisposable
{
    private static readonly string Validator = Path.Combine(AppContext.BaseDirectory, "onnxinit-verify.dll");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_verifies_a_run_and_never_maps_libtorch()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        string run = await RunAsync();
        HashSet<string> mapped = [];

        using Process process = Start("verify", run, "--threads", "1", "--json");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        while (!process.HasExited)
        {
            mapped.UnionWith(Mapped(process.Id));
        }

        process.ExitCode.Should().Be(0);
        using JsonDocument summary = JsonDocument.Parse(await output);
        summary.RootElement.GetProperty("passed").GetBoolean().Should().BeTrue();
        summary.RootElement.GetProperty("reports")[0].GetProperty("threads").GetInt32().Should().Be(1);
        mapped.Should().Contain("libonnxruntime.so").And.NotContain(name => name.Contains("torch", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("linux-x64")]
    [InlineData("win-x64")]
    public void Published_it_takes_at_most_60_megabytes_and_brings_no_TorchSharp(string runtime)
    {
        (int exitCode, string output) = DotNet.Run(
            Repository.Root, TimeSpan.FromMinutes(2),
            "publish", "Cli/Validator", "-c", "Release", "-r", runtime, "--no-self-contained", "--artifacts-path", _folder["artifacts"], "-o", _folder["published"], "-nodeReuse:false", "-p:RunAnalyzers=false");

        exitCode.Should().Be(0, output);
        FileInfo[] files = new DirectoryInfo(_folder["published"]).GetFiles("*", SearchOption.AllDirectories);
        files.Sum(file => file.Length).Should().BeLessThanOrEqualTo(60_000_000);
        files.Should().Contain(file => file.Name == (runtime == "win-x64" ? "onnxruntime.dll" : "libonnxruntime.so"));
        files.Should().NotContain(file => file.Name.Contains("torch", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task It_has_the_verbs_of_onnxinit_that_need_no_TorchSharp()
    {
        ToolResult help = await Tool.EndAsync(Start("--help"));
        ToolResult wrong = await Tool.EndAsync(Start("verifi"));

        help.ExitCode.Should().Be(0);
        foreach (string verb in (string[])["verify", "predict", "bench", "inspect"])
        {
            help.Output.Should().Contain($"  {verb} ");
            (await Tool.RunAsync(verb, "--help")).Output.Should().Contain($"Example:\n    onnxinit {verb} ");
        }

        wrong.ExitCode.Should().Be(2);
        wrong.Error.Should().Contain("error: ").And.EndWith("See 'onnxinit-verify --help'.\n");
    }

    private static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [Validator, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static IEnumerable<string> Mapped(int process)
    {
        try
        {
            return [.. File.ReadLines($"/proc/{process}/maps").Select(line => Path.GetFileName(line.Split(' ')[^1]))];
        }
        catch (IOException)
        {
            return []; // it has just ended
        }
    }

    private async Task<string> RunAsync()
    {
        string run = _folder["run"];
        ToolResult result = await Tool.RunAsync("run", "--data", "synthetic:10000", "--max-steps", "20", "--epochs", "1", "--out", run);
        result.ExitCode.Should().Be(0, result.Error + result.Output);
        return run;
    }
}
