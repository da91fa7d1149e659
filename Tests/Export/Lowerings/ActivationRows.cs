using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.LoweringRow;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using GELUApproximate = TorchSharp.Modules.GELU.Approximate;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>Activation functions and their modules, softmax, dropout.</summary>
internal static class ActivationRows
{
    private static readonly TestInput X = Float(4, 5).Within(-7, 7);

    public static IEnumerable<LoweringRow> All =>
    [
        .. Rectifiers,
        .. Exponential,
        .. Sigmoids,
        .. Shrinkage,
        .. Softmax,
        .. Dropouts,
        .. Obsolete,
    ];

    private static IEnumerable<LoweringRow> Rectifiers =>
    [
        new("ReLU", "module", () => ReLU(), X) { Onnx = "Relu" },
        new("ReLU", "in place", () => Sequential(Identity(), ReLU(inplace: true)), X),
        Of("relu", "method", x => x.relu(), X) with { Onnx = "Relu" },
        Of("relu", "function", x => functional.relu(x), X),
        Of("relu", "int64", x => x.relu(), Long(4, 5)) with { Onnx = "Max" },
        Of("relu", "int8", x => x.relu(), new TestInput(ScalarType.Int8, 4, 5)),
        Of("relu", "half", x => x.relu(), Half(4, 5)),
        Of("relu", "double", x => x.relu(), Double(4, 5)),
        Of("relu", "bfloat16", x => x.relu(), new TestInput(ScalarType.BFloat16, 4, 5)),
        Of("relu", "zero-dimensional", x => x.relu(), Float().Static()),
        new("ReLU6", "module", () => ReLU6(), X) { Onnx = "Clip" },
        Of("relu6", "function", x => functional.relu6(x * 2), X),
        Of("relu6", "half", x => x.relu6(), Half(4, 5).Within(-7, 7)),

        // TorchSharp 0.107's hardtanh gives its input back unless it is in place.
        new("Hardtanh", "module in place", () => Hardtanh(-1.5, 2.5, inplace: true), X) { Onnx = "Clip" },
        Of("hardtanh", "function in place", x => functional.hardtanh(x.clone(), inplace: true), X),
        Of("hardtanh", "method in place", x => x.clone().hardtanh_(-1.5, 2.5), X),
        Of("hardtanh", "half with bounds that half does not hold", x => functional.hardtanh(x.clone(), -0.1, 0.1, inplace: true), Half(4, 5)) with { RelativeTolerance = 2e-3 },
        new("LeakyReLU", "module", () => LeakyReLU(0.2), X) { Onnx = "LeakyRelu" },
        Of("leaky_relu", "function", x => functional.leaky_relu(x), X),
        Of("leaky_relu", "method", x => x.leaky_relu(0.3), X),
        Of("leaky_relu", "double", x => x.leaky_relu(0.3), Double(4, 5)) with { RelativeTolerance = 1e-12, AbsoluteTolerance = 0 },
        new("RReLU", "module", () => RReLU(0.1, 0.4), X) { Onnx = "LeakyRelu" },
        Of("rrelu", "function", x => functional.rrelu(x), X),
        new("PReLU", "one weight", () => PReLU(1, 0.3), Float(2, 3, 4)) { Onnx = "PRelu" },
        new("PReLU", "a weight per channel", () => PReLU(3, 0.3), Float(2, 3, 4, 4)) { Onnx = "PRelu" },
        new("PReLU", "a weight per feature", () => PReLU(3, 0.3), Float(2, 3)) { Onnx = "PRelu" },
        new("PReLU", "double", () => PReLU(3, 0.3, dtype: ScalarType.Float64), Double(2, 3, 4)),
        Of("prelu", "function", (x, w) => functional.prelu(x, w), Float(2, 3, 4), Float(3).Static()),
        Of("prelu", "method", (x, w) => x.prelu(w), Float(2, 3), Float(3).Static()),
        new("Threshold", "module", () => Threshold(0.5, -1), X),
        Of("threshold", "function", x => functional.threshold(x, 0.1, 20), X),
        Of("threshold", "method on integers", x => x.threshold(1, 7), Long(4, 5)),
    ];

    private static IEnumerable<LoweringRow> Exponential =>
    [
        new("ELU", "module", () => ELU(1.5), X) { Onnx = "Elu" },
        Of("elu", "method", x => x.elu(), X),
        Of("elu", "function", x => functional.elu(x, 0.5), X),
        Of("elu", "scale and input scale", x => x.elu(1.5, 2, 0.5), X),
        Of("elu", "double", x => x.elu(), Double(4, 5)) with { RelativeTolerance = 1e-12, AbsoluteTolerance = 0 },
        new("CELU", "module", () => CELU(1.5), X) { Onnx = "Celu" },
        Of("celu", "method", x => x.celu(), X),
        Of("celu", "function", x => functional.celu(x, 0.5), X),
        Of("celu", "double", x => x.celu(0.5), Double(4, 5)) with { RelativeTolerance = 1e-12, AbsoluteTolerance = 0 },
        Of("celu", "half", x => x.celu(0.5), Half(4, 5)) with { RelativeTolerance = 2e-3, AbsoluteTolerance = 1e-3 },
        new("SELU", "module", () => SELU(), X) { Onnx = "Selu" },
        Of("selu", "function", x => functional.selu(x), X),
        Of("selu", "double", x => x.selu(), Double(4, 5)) with { RelativeTolerance = 1e-12, AbsoluteTolerance = 0 },
        new("Softplus", "module", () => Softplus(), X) { Onnx = "Softplus" },
        new("Softplus", "beta", () => Softplus(2.0), Float(4, 5).Within(-20, 20)),
        new("Softplus", "a low threshold", () => Softplus(1.0, 2.0), X),
        Of("softplus", "function", x => functional.softplus(x * 10), X),
        Of("softplus", "method", x => x.softplus(), X),
        Of("softplus", "double", x => x.softplus(), Double(4, 5).Within(-30, 30)) with { RelativeTolerance = 1e-12, AbsoluteTolerance = 1e-14 },
        new("Mish", "module", () => Mish(), X),
        Of("mish", "function", x => functional.mish(x), X),
        Of("mish", "double", x => functional.mish(x), Double(4, 5)) with { RelativeTolerance = 1e-12, AbsoluteTolerance = 1e-14 },
    ];

    private static IEnumerable<LoweringRow> Sigmoids =>
    [
        new("Sigmoid", "module", () => Sigmoid(), X) { Onnx = "Sigmoid" },
        Of("sigmoid", "method", x => x.sigmoid(), X),
        Of("sigmoid", "function", x => functional.sigmoid(x), X),
        Of("sigmoid", "integers", x => torch.sigmoid(x), Long(4, 5)),
        Of("sigmoid", "double", x => x.sigmoid(), Double(4, 5)),
        Of("special_expit", "fractions", x => special.expit(x), X),
        Of("special_sigmoid", "fractions", x => special.sigmoid(x), X),
        new("LogSigmoid", "module", () => LogSigmoid(), X),
        Of("logsigmoid", "function", x => functional.logsigmoid(x), X),
        Of("log_sigmoid", "method", x => x.log_sigmoid(), X),
        Of("log_sigmoid", "half", x => x.log_sigmoid(), Half(4, 5)) with { RelativeTolerance = 2e-3, AbsoluteTolerance = 1e-3 },
        new("Tanh", "module", () => Tanh(), X) { Onnx = "Tanh" },
        Of("tanh", "method", x => x.tanh(), X),
        Of("tanh", "double", x => x.tanh(), Double(4, 5)),
        new("SiLU", "module", () => SiLU(), X) { Onnx = "Sigmoid Mul" },
        Of("silu", "function", x => functional.silu(x), X),
        Of("silu", "bfloat16", x => x.silu(), new TestInput(ScalarType.BFloat16, 4, 5)) with { RelativeTolerance = 1e-2, AbsoluteTolerance = 1e-2 },
        new("GELU", "module", () => GELU(), X),
        new("GELU", "tanh", () => GELU(GELUApproximate.tanh), X),
        Of("gelu", "method", x => x.gelu(), X),
        Of("gelu", "function", x => functional.gelu(x), X),
        Of("gelu", "function with tanh", x => functional.gelu(x, GELUApproximate.tanh), X),
        Of("gelu", "half", x => x.gelu(), Half(4, 5)) with { RelativeTolerance = 2e-3, AbsoluteTolerance = 1e-3 },
        Of("gelu", "double with tanh", x => functional.gelu(x, GELUApproximate.tanh), Double(4, 5)),
        Of("gelu", "double", x => x.gelu(), Double(4, 5)) with { NotRunnable = "ONNX Runtime has no float64 kernel of Erf" },
        new("Hardswish", "module", () => Hardswish(), X) { Onnx = "HardSwish" },
        Of("hardswish", "function", x => functional.hardswish(x), X),
        Of("hardswish", "double", x => x.hardswish(), Double(4, 5)),
        new("Hardsigmoid", "module", () => Hardsigmoid(), X) { Onnx = "HardSigmoid" },
        Of("hardsigmoid", "function", x => functional.hardsigmoid(x), X),
        Of("hardsigmoid", "double", x => x.hardsigmoid(), Double(4, 5)),
        new("Softsign", "module", () => Softsign(), X) { Onnx = "Softsign" },
        Of("softsign", "function", x => functional.softsign(x), X),
        Of("softsign", "double", x => functional.softsign(x), Double(4, 5)),
    ];

    private static IEnumerable<LoweringRow> Shrinkage =>
    [
        new("Hardshrink", "module", () => Hardshrink(0.7), X) { Onnx = "Shrink" },
        Of("hardshrink", "function", x => functional.hardshrink(x), X),
        new("Softshrink", "module", () => Softshrink(0.7), X) { Onnx = "Shrink" },
        Of("softshrink", "function", x => functional.softshrink(x), X),
        Of("softshrink", "half", x => functional.softshrink(x), Half(4, 5)) with { RelativeTolerance = 2e-3, AbsoluteTolerance = 1e-3 },
        new("Tanhshrink", "module", () => Tanhshrink(), X) { Onnx = "Tanh Sub" },
        Of("tanhshrink", "function", x => functional.tanhshrink(x), X),
    ];

    private static IEnumerable<LoweringRow> Softmax =>
    [
        new("Softmax", "last axis", () => nn.Softmax(-1), Float(2, 3, 4)) { Onnx = "Softmax" },
        new("Softmax", "the batch axis", () => nn.Softmax(0), Float(2, 3, 4)),
        Of("softmax", "a dynamic axis", x => x.softmax(1), Float(2, 3).Dynamic((0, "N"), (1, "T"))),
        Of("softmax", "a type", x => functional.softmax(x, 1, ScalarType.Float64), Float(2, 3)),
        Of("softmax", "integers with a type", x => torch.softmax(x, 1, ScalarType.Float32), Long(2, 3)),
        Of("softmax", "half", x => x.softmax(1), Half(2, 3)) with { RelativeTolerance = 2e-3, AbsoluteTolerance = 1e-3 },
        Of("softmax", "bfloat16", x => x.softmax(1), new TestInput(ScalarType.BFloat16, 2, 3)) with { RelativeTolerance = 1e-2 },
        Of("softmax", "zero-dimensional", x => x.softmax(0), Float().Static()),
        Of("special_softmax", "an axis", x => special.softmax(x, 1), Float(2, 3)),
        new("Softmax2d", "batch", () => Softmax2d(), Float(2, 3, 4, 4)) { Onnx = "Softmax" },
        new("Softmax2d", "without batch", () => Softmax2d(), Float(3, 4, 4).Static()),
        Of("softmax2d", "function", x => functional.softmax2d(x), Float(2, 3, 4, 4)),
        new("Softmin", "an axis", () => Softmin(1), Float(2, 3)) { Onnx = "Neg Softmax" },
        Of("softmin", "function", x => functional.softmin(x, -1), Float(2, 3)),
        new("LogSoftmax", "an axis", () => LogSoftmax(1), Float(2, 3)) { Onnx = "LogSoftmax" },
        Of("log_softmax", "function", x => functional.log_softmax(x, -1), Float(2, 3)),
        Of("log_softmax", "a type", x => x.log_softmax(1, ScalarType.Float64), Float(2, 3)),
        Of("special_log_softmax", "an axis", x => special.log_softmax(x, 0), Float(2, 3)),
        new("GLU", "last axis", () => GLU(), Float(2, 6)) { Onnx = "Split Sigmoid Mul" },
        new("GLU", "another axis", () => GLU(1), Float(2, 4, 3)),
        Of("glu", "function", x => functional.glu(x, -1), Float(2, 6)),
        Of("glu", "a dynamic axis", x => functional.glu(cat([x, x + 1], 0), 0), Float(2, 3)),
    ];

    private static IEnumerable<LoweringRow> Dropouts =>
    [
        new("Identity", "no node", () => Sequential(Identity(), ReLU()), X) { Onnx = "Relu" },
        new("Dropout", "no node", () => Sequential(Dropout(), ReLU()), X) { Onnx = "Relu" },
        new("Dropout", "alone", () => Dropout(), X),
        new("Dropout1d", "no node", () => Sequential(Dropout1d(), ReLU()), Float(2, 3, 4)) { Onnx = "Relu" },
        new("Dropout2d", "no node", () => Sequential(Dropout2d(), ReLU()), Float(2, 3, 4, 4)) { Onnx = "Relu" },
        new("Dropout3d", "no node", () => Sequential(Dropout3d(), ReLU()), Float(2, 3, 2, 4, 4)) { Onnx = "Relu" },
        new("AlphaDropout", "no node", () => Sequential(AlphaDropout(), ReLU()), X) { Onnx = "Relu" },
        new("FeatureAlphaDropout", "no node", () => Sequential(FeatureAlphaDropout(), ReLU()), Float(2, 3, 4)) { Onnx = "Relu" },
        Of("dropout", "not training", x => functional.dropout(x, 0.5, training: false) + 1, X) with { Onnx = "Add" },
        Of("dropout1d", "not training", x => functional.dropout1d(x, 0.5, training: false) + 1, Float(2, 3, 4)),
        Of("dropout2d", "not training", x => functional.dropout2d(x, 0.5, training: false) + 1, Float(2, 3, 4, 4)),
        Of("dropout3d", "not training", x => functional.dropout3d(x, 0.5, training: false) + 1, Float(2, 3, 2, 4, 4)),
        Of("alpha_dropout", "not training", x => functional.alpha_dropout(x) + 1, X),
        Of("feature_alpha_dropout", "not training", x => functional.feature_alpha_dropout(x) + 1, Float(2, 3, 4)),
    ];

#pragma warning disable CS0618 // TorchSharp keeps these for old code, and so do we.
    private static IEnumerable<LoweringRow> Obsolete =>
    [
        Of("Hardtanh", "function of that name", x => functional.Hardtanh(x.clone(), -2, 2, inplace: true), X),
        Of("Threshold", "function of that name", x => functional.Threshold(x, 0.1, 20), X),
        Of("Mish", "function of that name", x => functional.Mish(x), X),
        Of("SiLU", "function of that name", x => functional.SiLU(x), X),
        Of("Softsign", "function of that name", x => functional.Softsign(x), X),
        Of("Hardshrink", "function of that name", x => functional.Hardshrink(x), X),
        Of("Softshrink", "function of that name", x => functional.Softshrink(x), X),
        Of("Tanhshrink", "function of that name", x => functional.Tanhshrink(x), X),
    ];
#pragma warning restore CS0618
}
