using System.Diagnostics;
using System.Text.Json;

namespace OnnxInit.Tests.Build;

/// <summary>Runs <c>dotnet msbuild</c> in the repository, without worker nodes that outlive it, and not for long.</summary>
internal static class MSBuild
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>The exit code, and both outputs in one text.</summary>
    public static (int ExitCode, string Output) Run(params string[] arguments)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["msbuild", .. arguments, "-nologo", "-nodeReuse:false", "-maxCpuCount:1"])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What the build or the test runner above this process has set is not meant for this build.
        foreach (string name in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Timeout))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"dotnet msbuild {string.Join(' ', arguments)} took more than {Timeout.TotalSeconds} s.");
        }

        return (process.ExitCode, output.Result + errors.Result);
    }

    /// <summary>The names of a project's items after evaluation.</summary>
    public static string[] Items(string project, string type, params string[] arguments)
    {
        (int exitCode, string output) = Run([project, $"-getItem:{type}", .. arguments]);
        exitCode.Should().Be(0, output);
        using JsonDocument document = JsonDocument.Parse(output);
        return [.. document.RootElement.GetProperty("Items").GetProperty(type).EnumerateArray().Select(item => item.GetProperty("Identity").GetString()!)];
    }
}
