namespace OnnxInit.Tests.Build;

/// <summary>Which native packages a program is made with, by <c>-p:Accelerator</c> and target.</summary>
public class AcceleratorTests
{
    [Theory]
    [InlineData("cpu", "linux-x64", "libtorch-cpu-linux-x64", "Microsoft.ML.OnnxRuntime")]
    [InlineData("cpu", "win-x64", "libtorch-cpu-win-x64", "Microsoft.ML.OnnxRuntime")]
    [InlineData("cpu", "osx-arm64", "libtorch-cpu-osx-arm64", "Microsoft.ML.OnnxRuntime")]
    [InlineData("cuda", "linux-x64", "TorchSharp-cuda-linux", "Microsoft.ML.OnnxRuntime.Gpu")]
    [InlineData("cuda", "win-x64", "TorchSharp-cuda-windows", "Microsoft.ML.OnnxRuntime.Gpu")]
    [InlineData("directml", "win-x64", "libtorch-cpu-win-x64", "Microsoft.ML.OnnxRuntime.DirectML")]
    public void A_program_has_one_libtorch_and_one_ONNX_Runtime(string accelerator, string runtime, string libtorch, string onnxRuntime) =>
        Native("Cli", $"-p:Accelerator={accelerator}", $"-p:RuntimeIdentifier={runtime}").Should().BeEquivalentTo(libtorch, onnxRuntime);

    [Theory]
    [InlineData("cpu", "linux-arm64", "Microsoft.ML.OnnxRuntime")]
    [InlineData("cuda", "linux-x64", "Microsoft.ML.OnnxRuntime.Gpu")]
    [InlineData("directml", "win-x64", "Microsoft.ML.OnnxRuntime.DirectML")]
    public void The_validator_has_one_ONNX_Runtime_and_no_libtorch(string accelerator, string runtime, string onnxRuntime) =>
        Native("Cli/Validator", $"-p:Accelerator={accelerator}", $"-p:RuntimeIdentifier={runtime}").Should().BeEquivalentTo(onnxRuntime);

    [Fact]
    public void Cpu_is_the_default()
    {
        string libtorch = OperatingSystem.IsWindows() ? "libtorch-cpu-win-x64" : OperatingSystem.IsMacOS() ? "libtorch-cpu-osx-arm64" : "libtorch-cpu-linux-x64";

        Native("Cli").Should().BeEquivalentTo(libtorch, "Microsoft.ML.OnnxRuntime");
    }

    [Theory]
    [InlineData("Contracts")]
    [InlineData("Training")]
    [InlineData("Export")]
    [InlineData("Inference")]
    public void A_library_has_none(string project) => Native(project, "-p:Accelerator=cuda").Should().BeSubsetOf(["TorchSharp", "Microsoft.ML.OnnxRuntime.Managed"]);

    [Theory]
    [InlineData("rocm", "linux-x64", "Accelerator is 'rocm'; expected cpu, cuda or directml, as in: dotnet build -p:Accelerator=cuda")]
    [InlineData("cpu", "osx-x64", "RuntimeIdentifier is 'osx-x64'; libtorch comes for linux-x64, win-x64 and osx-arm64.")]
    [InlineData("cpu", "linux-arm64", "RuntimeIdentifier is 'linux-arm64'; libtorch comes for linux-x64, win-x64 and osx-arm64.")]
    [InlineData("cuda", "osx-arm64", "Accelerator=cuda needs Linux or Windows; macOS has no CUDA. Use Accelerator=cpu: TorchSharp then offers the device 'mps'.")]
    [InlineData("directml", "linux-x64", "Accelerator=directml needs Windows, and the target is linux. Use cpu or cuda, or publish with -r win-x64.")]
    public void What_cannot_be_is_an_error_before_anything_is_restored(string accelerator, string runtime, string message)
    {
        (int exitCode, string output) = MSBuild.Run("Cli", "-t:CollectPackageReferences", $"-p:Accelerator={accelerator}", $"-p:RuntimeIdentifier={runtime}");

        exitCode.Should().NotBe(0);
        output.Should().Contain($"error : {message}");
    }

    private static string[] Native(string project, params string[] arguments) =>
        [.. MSBuild.Items(project, "PackageReference", arguments).Where(name => name.Contains("torch", StringComparison.OrdinalIgnoreCase) || name.Contains("OnnxRuntime", StringComparison.Ordinal))];
}
