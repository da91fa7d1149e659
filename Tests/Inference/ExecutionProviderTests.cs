using OnnxInit.Contracts;
using OnnxInit.Inference;

namespace OnnxInit.Tests.Inference;

public sealed class ExecutionProviderTests : IDisposable
{
    private readonly ModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("cpu", ExecutionProviderKind.Cpu, 0, "cpu")]
    [InlineData("CUDA", ExecutionProviderKind.Cuda, 0, "cuda:0")]
    [InlineData("cuda:3", ExecutionProviderKind.Cuda, 3, "cuda:3")]
    [InlineData(" DirectML:1 ", ExecutionProviderKind.DirectML, 1, "directml:1")]
    [InlineData("directml", ExecutionProviderKind.DirectML, 0, "directml:0")]
    [InlineData("coreml", ExecutionProviderKind.CoreML, 0, "coreml")]
    public void What_a_person_writes_is_read(string text, ExecutionProviderKind kind, int device, string written)
    {
        ExecutionProvider.Parse(text).Should().Be(new ExecutionProvider(kind, device));
        ExecutionProvider.Parse(text).ToString().Should().Be(written);
        ExecutionProvider.Parse(written).Should().Be(ExecutionProvider.Parse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cpu:0")]
    [InlineData("coreml:0")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:x")]
    [InlineData("cuda:0:0")]
    [InlineData("cuda:99999999999")]
    public void Anything_else_is_refused_with_what_is_expected(string text) =>
        FluentActions.Invoking(() => ExecutionProvider.Parse(text)).Should().Throw<InvalidInputException>()
            .WithMessage($"The execution provider is '{text}'; expected cpu, cuda, cuda:<device>, directml, directml:<device> or coreml.");

    [Fact]
    public void A_provider_that_the_build_lacks_is_named_with_the_build_that_brings_it()
    {
        string[] available = ["CPUExecutionProvider"];

        Checking("cuda:1", available).WithMessage("This build has no execution provider 'cuda:1'; it has: cpu. Use one of these, or another build: on Linux or Windows with an NVIDIA GPU, `dotnet build -p:Accelerator=cuda` brings it.");
        Checking("directml", available).WithMessage("This build has no execution provider 'directml:0'; it has: cpu. Use one of these, or another build: on Windows, `dotnet build -p:Accelerator=directml` brings it.");
        Checking("coreml", [.. available, "CUDAExecutionProvider"]).WithMessage("This build has no execution provider 'coreml'; it has: cpu, cuda. Use one of these, or another build: on macOS, `dotnet build -p:Accelerator=cpu` brings it.");
    }

    [Fact]
    public void A_model_does_not_fall_back_to_the_CPU_in_silence()
    {
        ExecutionProvider absent = OperatingSystem.IsWindows() ? new ExecutionProvider(ExecutionProviderKind.CoreML) : new ExecutionProvider(ExecutionProviderKind.DirectML);

        FluentActions.Invoking(() => _folder.Open(TinyModel.Create(), new OnnxModelOptions { Provider = absent })).Should().Throw<InvalidInputException>()
            .WithMessage($"This build has no execution provider '{absent}'; it has: cpu*");
    }

    private static FluentAssertions.Specialized.ExceptionAssertions<InvalidInputException> Checking(string provider, string[] available) =>
        FluentActions.Invoking(() => ExecutionProviderSession.CheckAvailable(ExecutionProvider.Parse(provider), available)).Should().Throw<InvalidInputException>();
}
