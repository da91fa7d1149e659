using System.Diagnostics;
using OnnxInit.Cli;

namespace OnnxInit.Tests.Cli;

/// <summary>The program, in this process or in one of its own.</summary>
internal static class Tool
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "onnxinit.dll");

    /// <summary>Runs a command line in this process.</summary>
    public static async Task<ToolResult> RunAsync(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = await OnnxInitProgram.CommandLine.RunAsync(arguments, output, error);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Starts a process of its own.</summary>
    public static Process Start(params string[] arguments) => StartProcess("dotnet", [Assembly, .. arguments]);

    /// <summary>Starts a process of its own below a shell that runs something first, such as a limit.</summary>
    public static Process StartAfter(string shellCommand, params string[] arguments) =>
        StartProcess("bash", ["-c", $"{shellCommand}; exec dotnet \"$@\"", "bash", Assembly, .. arguments]);

    /// <summary>Waits for a process to end.</summary>
    public static async Task<ToolResult> EndAsync(Process process)
    {
        using (process)
        using (CancellationTokenSource patience = new(TimeSpan.FromMinutes(3)))
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw new TimeoutException("onnxinit did not end within 3 minutes.");
            }

            return new(process.ExitCode, await output, await error);
        }
    }

    private static Process StartProcess(string file, string[] arguments)
    {
        ProcessStartInfo start = new(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["NO_COLOR"] = "1";
        return Process.Start(start)!;
    }
}

/// <summary>How a command line ended.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Error);
