using System.Diagnostics;

namespace OnnxInit.Tests.Build;

/// <summary>Runs <c>dotnet</c>, without worker nodes that outlive it, and not for long.</summary>
internal static class DotNet
{
    /// <summary>The exit code, and both outputs in one text.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="timeout">When it is ended.</param>
    /// <param name="arguments">Its arguments.</param>
    public static (int ExitCode, string Output) Run(string folder, TimeSpan timeout, params string[] arguments)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What the build or the test runner above this process has set is not meant for this one.
        foreach (string name in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(timeout))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"dotnet {string.Join(' ', arguments)} took more than {timeout.TotalSeconds} s.");
        }

        return (process.ExitCode, output.Result + errors.Result);
    }
}
