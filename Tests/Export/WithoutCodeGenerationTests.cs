using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using OnnxInit.Export;
using OnnxInit.Inference;
using OnnxInit.Tests.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export;

/// <summary>A process that cannot generate code, as NativeAOT's: the tests below run again in one.</summary>
public sealed class WithoutCodeGenerationTests
{
    private const string Switch = "System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported";

    [Fact]
    public void Tests_pass_in_a_process_that_cannot_generate_code()
    {
        string tests = typeof(WithoutCodeGenerationTests).Assembly.Location;
        using TemporaryFolder folder = new();
        JsonNode configuration = JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(tests, ".runtimeconfig.json")))!;
        (configuration["runtimeOptions"]!["configProperties"] ??= new JsonObject())[Switch] = false;
        File.WriteAllText(folder["runtimeconfig.json"], configuration.ToJsonString());

        ProcessStartInfo start = new("dotnet", ["exec", "--runtimeconfig", folder["runtimeconfig.json"], "--depsfile", Path.ChangeExtension(tests, ".deps.json"), tests, "-explicit", "only",
            "-method", $"{typeof(WithoutCodeGenerationTests).FullName}.Code_is_not_captured_and_the_message_says_what_to_do",
            "-method", $"{typeof(WithoutCodeGenerationTests).FullName}.A_module_walk_exports_and_proves"])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();

        output.Should().MatchRegex(@"Total: 2, Errors: 0, Failed: 0, Skipped: 0");
        process.ExitCode.Should().Be(0);
    }

    [Fact(Explicit = true)]
    public void Code_is_not_captured_and_the_message_says_what_to_do()
    {
        Assert.False(RuntimeFeature.IsDynamicCodeSupported);
        using DisposeScope scope = NewDisposeScope();
        Exception? thrown = Record.Exception(() => OnnxExporter.Export(nn.Linear(3, 2), ones(2, 3)));
        Assert.Equal(
            "Capturing the code of forward needs run-time code generation, which NativeAOT and iOS lack. Export in a process with a JIT, or, "
            + "for a model made of Sequential only, with ExportOptions.Capture = CaptureMethod.ModuleWalk.",
            Assert.IsType<PlatformNotSupportedException>(thrown).Message);
    }

    [Fact(Explicit = true)]
    public void A_module_walk_exports_and_proves()
    {
        Assert.False(RuntimeFeature.IsDynamicCodeSupported);
        using DisposeScope scope = NewDisposeScope();
        using nn.Module model = nn.Sequential(
            ("features", nn.Sequential(("conv", nn.Conv2d(3, 4, 3)), ("norm", nn.BatchNorm2d(4)), ("relu", nn.ReLU()), ("pool", nn.MaxPool2d(2)))), ("flatten", nn.Flatten()), ("drop", nn.Dropout()), ("head", nn.Linear(36, 2)));
        ExportedModel exported = OnnxExporter.Export(model, ones(2, 3, 8, 8), options => options with { Capture = CaptureMethod.ModuleWalk, Evaluator = new OnnxRuntimeEvaluator() });
        Assert.Equal("Conv BatchNormalization Relu MaxPool Flatten Gemm", string.Join(' ', exported.Graph.Nodes.Select(node => node.OpType)));
    }
}
