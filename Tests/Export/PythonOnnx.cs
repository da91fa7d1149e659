using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using OnnxInit.Export;
using OnnxInit.Tests.Data;

namespace OnnxInit.Tests.Export;

/// <summary>
/// The checker of the onnx package for Python (Debian's python3-onnx), in one process for all tests. Without the package it says nothing,
/// unless CI is "true" or ONNXINIT_REQUIRE_PYTHON_ONNX is set.
/// </summary>
internal static class PythonOnnx
{
    // Debian 12 has onnx 1.12.
    private const int NewestOpset = 17;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly Lock Turn = new();
    private static readonly Lazy<Checker?> TheChecker = new(Start);

    /// <summary>Fails unless <c>onnx.checker</c>, with full_check, accepts the model; models above opset 17 pass.</summary>
    public static void AssertAccepts(ExportedModel exported)
    {
        if (exported.Graph.Opset > NewestOpset || TheChecker.Value is not { } checker)
        {
            return;
        }

        using TemporaryFolder folder = new();
        exported.Save(folder["model.onnx"]);
        lock (Turn)
        {
            checker.Ask(folder["model.onnx"]).Should().BeEmpty("onnx.checker accepts\n{0}", exported.Graph);
        }
    }

    private static Checker? Start()
    {
        string problem;
        try
        {
            Checker checker = new();
            problem = checker.Answer();
            if (problem.Length == 0)
            {
                return checker;
            }
        }
        catch (Win32Exception exception)
        {
            problem = exception.Message;
        }

        return Environment.GetEnvironmentVariable("CI") == "true" || Environment.GetEnvironmentVariable("ONNXINIT_REQUIRE_PYTHON_ONNX") is { Length: > 0 }
            ? throw new InvalidOperationException($"The onnx package for Python is required and absent ({problem}). Install it: apt-get install python3-onnx")
            : null;
    }

    private sealed class Checker
    {
        private readonly Process _process;

        public Checker()
        {
            using StreamReader script = new(typeof(PythonOnnx).Assembly.GetManifestResourceStream("PythonOnnx.py")!);
            _process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", script.ReadToEnd()]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        }

        public string Ask(string path)
        {
            _process.StandardInput.WriteLine(JsonSerializer.Serialize(path));
            _process.StandardInput.Flush();
            return Answer();
        }

        public string Answer() => _process.StandardOutput.ReadLineAsync().WaitAsync(Patience).GetAwaiter().GetResult() is { } line
            ? JsonSerializer.Deserialize<string>(line)!
            : "onnx.checker ended without an answer";
    }
}
