using OnnxInit.Export;
using OnnxInit.Tests.Export.Lowerings;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxInit.Tests.Export.Refusals;

/// <summary>What convolutions, pools and resizing refuse, and what they say instead.</summary>
public sealed class SpatialRefusalTests
{
    [Fact]
    public void Ceil_mode_of_a_dynamic_axis_whose_last_window_may_begin_outside() => Refuses(
        MaxPool1d(2, stride: 3, padding: 1, ceil_mode: true), Float(2, 3, 10).Dynamic((0, "N"), (2, "T")), 17,
        "Cannot export MaxPool1d: with ceil_mode, a stride of 3 and a padding of 1, whether the last window counts depends on the size of the dynamic axis 2. Make the axis static, or leave ceil_mode out.");

    [Fact]
    public void The_maximum_over_windows_of_int64() => Refuses(
        Of(x => functional.max_pool2d(x, 2)), Long(2, 3, 4, 4), 17,
        "Cannot export max_pool2d*: ONNX takes no maximum over windows of Int64. Convert to Int32 or Float64 before, and back.");

    [Fact]
    public void The_mean_over_windows_of_int64() => Refuses(
        Of(x => functional.avg_pool2d(x, 2)), Long(2, 3, 4, 4), 17,
        "Cannot export avg_pool2d*: ONNX takes no means over windows of Int64. Convert the input to Float32 before.");

    [Fact]
    public void Antialias_with_align_corners() => Refuses(
        Of(x => functional.interpolate(x, [3, 4], mode: InterpolationMode.Bilinear, align_corners: true, antialias: true)), Float(2, 3, 9, 9), 21,
        "Cannot export interpolate*: antialias together with align_corners has no counterpart. Leave one of them out.");

    [Fact]
    public void Antialias_of_a_dynamic_axis_below_opset_18() => Refuses(
        Of(x => functional.interpolate(x, [3, 4], mode: InterpolationMode.Bilinear, antialias: true)), Float(2, 3, 9, 9).Dynamic((0, "N"), (2, "H")), 17,
        "Cannot export interpolate*: antialias along a dynamic axis needs opset 18. Export to opset 18 or newer.");

    [Fact]
    public void Interpolation_of_whole_numbers() => Refuses(
        Of(x => functional.interpolate(x, [3, 4], mode: InterpolationMode.Bilinear)), new TestInput(ScalarType.Byte, 2, 3, 9, 9).Within(0, 256), 17,
        "Cannot export interpolate*: ONNX interpolates Byte without PyTorch's rounding. Convert the input to Float32 before, and round after.");

    [Theory]
    [InlineData(2, 15, 16)]
    [InlineData(3, 17, 20)]
    public void Grid_sample_below_its_opset(int axes, int opset, int oldest)
    {
        long[] spatial = [.. Enumerable.Repeat(4L, axes)];
        Refuses(
            Of(x => functional.grid_sample(x, zeros([x.shape[0], .. spatial, axes]))), Float([2, 3, .. spatial]), opset,
            $"Cannot export grid_sample*: GridSample of {axes} spatial axes does not exist in opset {opset}. Export to opset {oldest} or newer.");
    }

    private static Function Of(Func<Tensor, Tensor> function) => new((Func<Tensor[], object>)(inputs => function(inputs[0])), 1);

    private static void Refuses(nn.Module model, TestInput input, int opset, string message)
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        using nn.Module given = model;
        Action export = () => OnnxExporter.Export(given, [input.Example("input")], options => options with { Opset = opset });
        export.Should().Throw<UnsupportedOperationException>().WithMessage(message);
    }
}
