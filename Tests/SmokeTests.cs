namespace OnnxInit.Tests;

public class SmokeTests
{
    [Fact]
    public void TorchSharp_loads() => TorchSharp.torch.ones(3).sum().item<float>().Should().Be(3);
}
