using OnnxInit.Contracts;
using OnnxInit.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Training;

public class TrainingDeviceTests
{
    [Fact]
    public void Cpu_is_the_cpu() => TrainingDevice.Resolve("cpu").type.Should().Be(DeviceType.CPU);

    [Fact]
    public void Auto_is_the_best_that_there_is()
    {
        DeviceType expected = cuda.is_available() ? DeviceType.CUDA : mps_is_available() ? DeviceType.MPS : DeviceType.CPU;

        TrainingDevice.Resolve("auto").type.Should().Be(expected);
    }

    [Fact]
    public void A_device_that_is_absent_is_an_error_that_names_those_that_there_are()
    {
        Assert.SkipWhen(cuda.is_available() || mps_is_available(), "this machine has an accelerator");

        FluentActions.Invoking(() => TrainingDevice.Resolve("cuda")).Should().Throw<InvalidInputException>()
            .WithMessage("The device 'cuda' is not here; available: cpu. CUDA needs an NVIDIA GPU and a build with -p:Accelerator=cuda.");
        FluentActions.Invoking(() => TrainingDevice.Resolve("cuda:7")).Should().Throw<InvalidInputException>().WithMessage("The device 'cuda:7' is not here; available: cpu.*");
        FluentActions.Invoking(() => TrainingDevice.Resolve("mps")).Should().Throw<InvalidInputException>().WithMessage("The device 'mps' is not here; available: cpu.*");
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("CPU")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:1:2")]
    [InlineData("cuda:99999999999")]
    [InlineData("cpu:0")]
    public void Anything_else_is_an_error_that_says_what_works(string text) =>
        FluentActions.Invoking(() => TrainingDevice.Resolve(text)).Should().Throw<InvalidInputException>()
            .WithMessage($"There is no device '{text}'; expected auto, cuda, cuda:INDEX, mps or cpu.");

    [Fact]
    public void What_run_json_records_is_understood_again() => TrainingDevice.Resolve(TrainingDevice.Resolve("auto").ToString()).type.Should().Be(TrainingDevice.Resolve("auto").type);
}
