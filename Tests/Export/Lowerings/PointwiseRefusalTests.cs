using OnnxInit.Export;
using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>What the elementwise families refuse, and what they say to write instead.</summary>
public sealed class PointwiseRefusalTests
{
    [Fact]
    public void Bits_of_integers_need_opset_18() => Refused(
        x => x & x, Long(2, 3), 17, "ONNX has no bitwise and of integers before opset 18. Export to opset 18 or newer, or use bool tensors.");

    [Fact]
    public void One_hot_needs_the_number_of_classes() => Refused(
        x => nn.functional.one_hot(x), Index(4, 2, 3), 17, "one_hot counts the classes that it finds in its input. Give num_classes.");

    private static void Refused(Func<Tensor, Tensor> function, TestInput input, int opset, string message)
    {
        using DisposeScope scope = NewDisposeScope();
        using nn.Module module = new Function(inputs => function(inputs[0]), 1);
        Action export = () => OnnxExporter.Export(module, [input.Example("input")], options => options with { Opset = opset });
        export.Should().Throw<UnsupportedOperationException>().WithMessage($"*{message}*");
    }
}
