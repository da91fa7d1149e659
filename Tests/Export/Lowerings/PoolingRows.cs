using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>Pools with given windows.</summary>
internal static class PoolingRows
{
    private const string NoDouble = "ONNX Runtime's CPU provider averages no float64.";

    public static IEnumerable<LoweringRow> All => [.. Maximum, .. Places, .. Average, .. Norms];

    private static IEnumerable<LoweringRow> Maximum =>
    [
        new("MaxPool1d", "plain", () => MaxPool1d(3), Float(2, 3, 10)) { Onnx = "MaxPool" },
        new("MaxPool1d", "ceil_mode whose last window begins outside", () => MaxPool1d(2, stride: 3, padding: 1, ceil_mode: true), Float(2, 3, 6)) { Onnx = "MaxPool" },
        new("MaxPool1d", "ceil_mode of a dynamic length", () => MaxPool1d(3, stride: 2, ceil_mode: true), Float(2, 3, 10).Dynamic((0, "N"), (2, "T"))) { Onnx = "MaxPool" },
        new("MaxPool1d", "without a batch axis", () => MaxPool1d(3), Float(3, 10).Static()) { Onnx = "Unsqueeze MaxPool Squeeze" },
        new("MaxPool2d", "stride and padding", () => MaxPool2d(3, stride: 2, padding: 1), Float(2, 3, 8, 9)) { Onnx = "MaxPool" },
        new("MaxPool2d", "two sizes", () => MaxPool2d((2, 3), (1, 2), (1, 0)), Float(2, 3, 8, 9)) { Onnx = "MaxPool" },
        new("MaxPool2d", "dilation", () => MaxPool2d(3, stride: 1, dilation: 2), Float(2, 3, 8, 9)) { Onnx = "MaxPool" },
        new("MaxPool2d", "ceil_mode", () => MaxPool2d(3, stride: 2, ceil_mode: true), Float(2, 3, 8, 9)) { Onnx = "MaxPool" },
        new("MaxPool2d", "ceil_mode with dilation", () => MaxPool2d(2, stride: 3, dilation: 3, ceil_mode: true), Float(2, 3, 8, 8)) { Onnx = "MaxPool" },
        new("MaxPool2d", "dynamic height and width", () => MaxPool2d(3, stride: 1, padding: 1), Float(2, 3, 8, 9).Dynamic((0, "N"), (2, "H"), (3, "W"))) { Onnx = "MaxPool" },
        new("MaxPool2d", "float64", () => MaxPool2d(2), Double(2, 3, 8, 9)) { Onnx = "MaxPool" },
        new("MaxPool2d", "float16", () => MaxPool2d(2), Half(2, 3, 8, 9)) { Onnx = "MaxPool" },
        new("MaxPool2d", "bfloat16", () => MaxPool2d(2), new TestInput(ScalarType.BFloat16, 2, 3, 8, 9)) { Onnx = "Cast MaxPool Cast" },
        new("MaxPool3d", "padding", () => MaxPool3d(3, stride: 2, padding: 1), Float(2, 2, 5, 6, 7)) { Onnx = "MaxPool" },
        new("MaxPool3d", "ceil_mode", () => MaxPool3d(2, ceil_mode: true), Float(2, 2, 5, 6, 7)) { Onnx = "MaxPool" },
        LoweringRow.Of("max_pool1d", "stride left out", x => functional.max_pool1d(x, 3, padding: 1), Float(2, 3, 10)) with { Onnx = "MaxPool" },
        LoweringRow.Of("max_pool2d", "one size", x => functional.max_pool2d(x, 3, 2, 1, 1, true), Float(2, 3, 8, 8)) with { Onnx = "MaxPool" },
        LoweringRow.Of("max_pool2d", "a pair", x => functional.max_pool2d(x, (2, 3), (1, 2)), Float(2, 3, 8, 9)) with { Onnx = "MaxPool" },
        LoweringRow.Of("max_pool2d", "a list", x => functional.max_pool2d(x, [2, 3], dilation: [2, 1]), Float(2, 3, 8, 9)) with { Onnx = "MaxPool" },
        LoweringRow.Of("max_pool2d", "uint8", x => functional.max_pool2d(x, 2), new TestInput(ScalarType.Byte, 2, 3, 8, 9).Within(0, 256)) with { Onnx = "MaxPool" },
        LoweringRow.Of("max_pool2d", "int32", x => functional.max_pool2d(x, 2), Int(2, 3, 8, 9)) with { Onnx = "Cast MaxPool Cast" },
        LoweringRow.Of("max_pool3d", "a list", x => functional.max_pool3d(x, [2, 3, 2], padding: [1, 1, 0]), Float(2, 2, 5, 6, 7)) with { Onnx = "MaxPool" },
    ];

    private static IEnumerable<LoweringRow> Places =>
    [
        LoweringRow.Many("max_pool1d_with_indices", "stride and padding", x => functional.max_pool1d_with_indices(x, 3, 2, 1), Float(2, 3, 10)) with { Onnx = "MaxPool Mod" },
        LoweringRow.Many("max_pool2d_with_indices", "stride and padding", x => functional.max_pool2d_with_indices(x, [3, 3], [2, 2], [1, 1]), Float(2, 3, 8, 9)) with { Onnx = "MaxPool Mod" },
        LoweringRow.Many("max_pool2d_with_indices", "equal elements", x => functional.max_pool2d_with_indices(x.round(), [3, 3], [1, 1]), Float(2, 3, 8, 9)),
        LoweringRow.Many("max_pool2d_with_indices", "ceil_mode and dilation", x => functional.max_pool2d_with_indices(x, [3, 3], [2, 2], [1, 1], [2, 2], true), Float(2, 3, 9, 9)),
        LoweringRow.Many("max_pool2d_with_indices", "without a batch axis", x => functional.max_pool2d_with_indices(x, [2, 2]), Float(3, 8, 9).Static()),
        LoweringRow.Many("max_pool2d_with_indices", "dynamic height and width", x => functional.max_pool2d_with_indices(x, [3, 3], [1, 1], [1, 1]), Float(2, 3, 8, 9).Dynamic((0, "N"), (2, "H"), (3, "W"))),
        LoweringRow.Many("max_pool3d_with_indices", "plain", x => functional.max_pool3d_with_indices(x, [2, 2, 2]), Float(2, 2, 5, 6, 7)) with { Onnx = "MaxPool Mod" },
        LoweringRow.Of("max_pool1d", "the whole of a dynamic axis", x => nn.functional.max_pool1d(x, x.shape[2]), Float(2, 3, 7).Dynamic((0, "N"), (2, "T"))) with { Onnx = "ReduceMax" },
        LoweringRow.Of("avg_pool2d", "the whole of dynamic axes", x => nn.functional.avg_pool2d(x, [x.shape[2], x.shape[3]]), Float(2, 3, 5, 7).Dynamic((0, "N"), (2, "H"), (3, "W"))) with { Onnx = "ReduceMean" },
        new("MaxPool2d", "forward_with_indices", () => new WithPlaces(), Float(2, 3, 8, 9)) { Onnx = "MaxPool Mod" },
        LoweringRow.Of("max_unpool1d", "round trip", x => Unpool1d(x), Float(2, 3, 10)),
        LoweringRow.Of("max_unpool2d", "round trip", x => Unpool2d(x), Float(2, 3, 8, 10)),
        LoweringRow.Of("max_unpool3d", "round trip", x => Unpool3d(x), Float(2, 2, 4, 6, 8)),
        new("MaxUnpool1d", "round trip", () => new RoundTrip1d(), Float(2, 3, 10)),
        new("MaxUnpool2d", "round trip", () => new RoundTrip2d(), Float(2, 3, 8, 10)),
        new("MaxUnpool3d", "round trip", () => new RoundTrip3d(), Float(2, 2, 4, 6, 8)),
    ];

    private static IEnumerable<LoweringRow> Average =>
    [
        new("AvgPool1d", "plain", () => AvgPool1d(3), Float(2, 3, 10)) { Onnx = "AveragePool" },
        new("AvgPool1d", "padding that counts", () => AvgPool1d(3, 2, padding: 1), Float(2, 3, 10)) { Onnx = "AveragePool" },
        new("AvgPool1d", "padding that does not count", () => AvgPool1d(3, 2, padding: 1, count_include_pad: false), Float(2, 3, 10)) { Onnx = "AveragePool" },
        new("AvgPool1d", "ceil_mode", () => AvgPool1d(3, 2, ceil_mode: true), Float(2, 3, 10)) { Onnx = "AveragePool" },
        new("AvgPool1d", "ceil_mode and padding that counts", () => AvgPool1d(3, 2, padding: 1, ceil_mode: true), Float(2, 3, 10)) { Onnx = "Pad AveragePool" },
        new("AvgPool1d", "ceil_mode and padding that does not count", () => AvgPool1d(3, 2, padding: 1, ceil_mode: true, count_include_pad: false), Float(2, 3, 10)) { Onnx = "AveragePool" },
        new("AvgPool1d", "ceil_mode whose last window begins outside", () => AvgPool1d(2, stride: 3, padding: 1, ceil_mode: true), Float(2, 3, 6)) { Onnx = "AveragePool" },
        new("AvgPool1d", "dynamic length, ceil_mode and padding that counts", () => AvgPool1d(4, 2, padding: 1, ceil_mode: true), Float(2, 3, 10).Dynamic((0, "N"), (2, "T"))) { Onnx = "Pad AveragePool" },
        new("AvgPool1d", "without a batch axis", () => AvgPool1d(3), Float(3, 10).Static()) { Onnx = "Unsqueeze AveragePool Squeeze" },
        new("AvgPool2d", "two sizes", () => AvgPool2d((2, 3), (2, 1), (1, 1)), Float(2, 3, 8, 9)) { Onnx = "AveragePool" },
        new("AvgPool2d", "ceil_mode and padding that counts, along one axis", () => AvgPool2d((2, 3), (3, 2), (0, 1), ceil_mode: true), Float(2, 3, 8, 8)) { Onnx = "Pad AveragePool" },
        new("AvgPool2d", "divisor", () => AvgPool2d([3, 3], [2, 2], [1, 1], divisor_override: 5), Float(2, 3, 8, 9)) { Onnx = "AveragePool Mul" },
        new("AvgPool2d", "divisor and padding that does not count", () => AvgPool2d([3, 3], [2, 2], [1, 1], count_include_pad: false, divisor_override: 2), Float(2, 3, 8, 9)) { Onnx = "AveragePool Mul" },
        new("AvgPool2d", "divisor and ceil_mode", () => AvgPool2d([3, 3], [2, 2], [1, 1], ceil_mode: true, divisor_override: 5), Float(2, 3, 8, 8)) { Onnx = "Pad AveragePool Mul" },
        new("AvgPool2d", "dynamic height and width", () => AvgPool2d(3, stride: 1, padding: 1), Float(2, 3, 8, 9).Dynamic((0, "N"), (2, "H"), (3, "W"))) { Onnx = "AveragePool" },
        new("AvgPool2d", "float64", () => AvgPool2d(2), Double(2, 3, 8, 9)) { Onnx = "AveragePool", NotRunnable = NoDouble },
        new("AvgPool3d", "padding", () => AvgPool3d(2, padding: 1), Float(2, 2, 5, 6, 7)) { Onnx = "AveragePool" },
        new("AvgPool3d", "ceil_mode and divisor", () => AvgPool3d([2, 2, 2], ceil_mode: true, divisor_override: 3), Float(2, 2, 5, 6, 7)) { Onnx = "Pad AveragePool Mul" },
        LoweringRow.Of("avg_pool1d", "stride left out", x => functional.avg_pool1d(x, 3, padding: 1), Float(2, 3, 10)) with { Onnx = "AveragePool" },
        LoweringRow.Of("avg_pool2d", "one size", x => functional.avg_pool2d(x, 3, 2, 1, true), Float(2, 3, 8, 8)) with { Onnx = "Pad AveragePool" },
        LoweringRow.Of("avg_pool2d", "a pair", x => functional.avg_pool2d(x, (2, 3), (1, 2)), Float(2, 3, 8, 9)) with { Onnx = "AveragePool" },
        LoweringRow.Of("avg_pool2d", "a list", x => functional.avg_pool2d(x, [2, 3], count_include_pad: false, padding: [1, 1]), Float(2, 3, 8, 9)) with { Onnx = "AveragePool" },
        LoweringRow.Of("avg_pool3d", "a list", x => functional.avg_pool3d(x, [2, 3, 2], padding: [1, 1, 0], divisor_override: 7), Float(2, 2, 5, 6, 7)) with { Onnx = "AveragePool Mul" },
    ];

    private static IEnumerable<LoweringRow> Norms =>
    [
        new("LPPool1d", "p = 2", () => LPPool1d(2, 3), Float(2, 3, 10)) { Onnx = "LpPool" },
        new("LPPool1d", "p = 3 of positive numbers", () => LPPool1d(3, 3, 2), Float(2, 3, 10).Within(0.1, 2)) { Onnx = "Pow AveragePool Mul Pow" },
        new("LPPool1d", "p = 1, negative numbers", () => LPPool1d(1, 3, 2), Float(2, 3, 10)) { Onnx = "AveragePool Mul" },
        new("LPPool2d", "p = 2 and stride", () => LPPool2d(2, 3, 2), Float(2, 3, 8, 9)) { Onnx = "LpPool" },
        new("LPPool2d", "p = 2 and ceil_mode", () => LPPool2d(2, 3, 2, ceil_mode: true), Float(2, 3, 8, 9)) { Onnx = "Pow AveragePool Mul Pow" },
        LoweringRow.Of("lp_pool1d", "p = 4", x => functional.lp_pool1d(x, 4, 3), Float(2, 3, 10)) with { Onnx = "LpPool" },
        LoweringRow.Of("lp_pool2d", "p = 1.5", x => functional.lp_pool2d(x, 1.5, [2, 3], [1, 2]), Float(2, 3, 8, 9).Within(0.1, 2)) with { Onnx = "Pow AveragePool Mul Pow" },
    ];

    private static Tensor Unpool1d(Tensor input)
    {
        (Tensor values, Tensor indices) = functional.max_pool1d_with_indices(input, 2, 2);
        return functional.max_unpool1d(values * 2, indices, 2, 2);
    }

    private static Tensor Unpool2d(Tensor input)
    {
        (Tensor values, Tensor indices) = functional.max_pool2d_with_indices(input, [2, 2], [2, 2]);
        return functional.max_unpool2d(values * 2, indices, [2, 2], [2, 2], [0, 0]);
    }

    private static Tensor Unpool3d(Tensor input)
    {
        (Tensor values, Tensor indices) = functional.max_pool3d_with_indices(input, [2, 2, 2], [2, 2, 2]);
        return functional.max_unpool3d(values * 2, indices, [2, 2, 2], [2, 2, 2], [0, 0, 0]);
    }

    private sealed class WithPlaces : Module<Tensor, (Tensor, Tensor)>
    {
        private readonly TorchSharp.Modules.MaxPool2d _pool = MaxPool2d(3, 2, 1);

        public WithPlaces()
            : base(nameof(WithPlaces)) => RegisterComponents();

        public override (Tensor, Tensor) forward(Tensor input) => _pool.forward_with_indices(input);
    }

    private sealed class RoundTrip1d : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.MaxPool1d _pool = MaxPool1d(2);
        private readonly TorchSharp.Modules.MaxUnpool1d _unpool = MaxUnpool1d(2);

        public RoundTrip1d()
            : base(nameof(RoundTrip1d)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            (Tensor values, Tensor indices) = _pool.forward_with_indices(input);
            return _unpool.call(values, indices);
        }
    }

    private sealed class RoundTrip2d : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.MaxPool2d _pool = MaxPool2d(2);
        private readonly TorchSharp.Modules.MaxUnpool2d _unpool = MaxUnpool2d(2);

        public RoundTrip2d()
            : base(nameof(RoundTrip2d)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            (Tensor values, Tensor indices) = _pool.forward_with_indices(input);
            return _unpool.forward(values, indices);
        }
    }

    private sealed class RoundTrip3d : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.MaxPool3d _pool = MaxPool3d(2);
        private readonly TorchSharp.Modules.MaxUnpool3d _unpool = MaxUnpool3d(2);

        public RoundTrip3d()
            : base(nameof(RoundTrip3d)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            (Tensor values, Tensor indices) = _pool.forward_with_indices(input);
            return _unpool.forward(values, indices);
        }
    }
}
