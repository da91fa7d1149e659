using System.Diagnostics;

namespace OnnxInit.Tests.Runtimes;

/// <summary>Node.js with npm; tests that need it are skipped where there is none, unless CI is "true".</summary>
internal static class NodeJs
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly string[] Folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Skips the test, or fails it, where a program is missing.</summary>
    public static void Require()
    {
        string[] missing = [.. ((string[])["node", "npm"]).Where(name => !Folders.Any(folder => File.Exists(Path.Combine(folder, name))))];
        if (missing.Length > 0)
        {
            SkipUnlessRequired($"There is no {string.Join(" and no ", missing)}: apt-get install nodejs npm.");
        }
    }

    /// <summary>Skips the test, or fails it where CI is "true".</summary>
    public static void SkipUnlessRequired(string absence)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", absence);
        throw new InvalidOperationException(absence);
    }

    /// <summary>The exit code and what it printed.</summary>
    public static (int ExitCode, string Output, string Error) Run(string folder, string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} took more than {Patience.TotalMinutes} minutes.");
        }

        return (process.ExitCode, output.Result, error.Result);
    }
}
