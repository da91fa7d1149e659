using OnnxInit.Export.Graph;
using TorchSharp.Modules;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>
/// Activation functions and their modules. Shapes: x [a...] -> [a...]. In float64, for which ONNX Runtime has most of ONNX's activations not, they are
/// written out.
/// </summary>
internal static class ActivationLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("relu", Relu).Add<ReLU>(Relu)
        .Add("relu6", Relu6).Add<ReLU6>(Relu6)
        .Add("leaky_relu", LeakyRelu).Add<LeakyReLU>(LeakyRelu)
        .Add("rrelu", RandomizedLeakyRelu).Add<RReLU>(RandomizedLeakyRelu)
        .Add("prelu", Prelu).Add<PReLU>(Prelu)
        .Add("elu", Elu).Add<ELU>(Elu)
        .Add("celu", Celu).Add<CELU>(Celu)
        .Add("selu", Selu).Add<SELU>(Selu)
        .Add("gelu", Gelu).Add<GELU>(Gelu)
        .Add("silu", Silu).Add<SiLU>(Silu)
        .Add("SiLU", Silu)
        .Add("mish", Mish).Add<Mish>(Mish)
        .Add("Mish", Mish)
        .Add("hardswish", Hardswish).Add<Hardswish>(Hardswish)
        .Add("hardsigmoid", Hardsigmoid).Add<Hardsigmoid>(Hardsigmoid)
        .Add("hardtanh", Hardtanh).Add<Hardtanh>(Hardtanh)
        .Add("Hardtanh", Hardtanh)
        .Add("sigmoid", Sigmoid).Add<Sigmoid>(Sigmoid)
        .Add("special_sigmoid", Sigmoid)
        .Add("special_expit", Sigmoid)
        .Add("logsigmoid", LogSigmoid).Add<LogSigmoid>(LogSigmoid)
        .Add("log_sigmoid", LogSigmoid)
        .Add("tanh", Tanh).Add<Tanh>(Tanh)
        .Add("softplus", Softplus).Add<Softplus>(Softplus)
        .Add("softsign", Softsign).Add<Softsign>(Softsign)
        .Add("Softsign", Softsign);

    /// <summary>max(x, 0); Relu, of integers Max, https://onnx.ai/onnx/operators/onnx__Relu.html.</summary>
    private static GraphValue Relu(Operation operation, GraphBuilder graph)
    {
        Term x = new(graph, graph.Cast(operation.Input, Elementwise.Kernel(operation.Input.Type)));
        return Elementwise.Result(operation, x.Type.IsFloating() ? x.Node("Relu") : x.Max(x.Number(0L)));
    }

    /// <summary>min(max(x, 0), 6); Clip, https://onnx.ai/onnx/operators/onnx__Clip.html.</summary>
    private static GraphValue Relu6(Operation operation, GraphBuilder graph) => Clipped(operation, graph, 0, 6);

    /// <summary>min(max(x, min_val), max_val); Clip, https://onnx.ai/onnx/operators/onnx__Clip.html.</summary>
    private static GraphValue Hardtanh(Operation operation, GraphBuilder graph) => operation.Module is Hardtanh module
        ? Clipped(operation, graph, module.min_val, module.max_val)
        : Clipped(operation, graph, Number(operation, "min_val", "min", -1), Number(operation, "max_val", "max", 1));

    private static double Number(Operation operation, string name, string alias, double otherwise) => operation.Number(operation.Has(name) ? name : alias, otherwise);

    private static GraphValue Clipped(Operation operation, GraphBuilder graph, double low, double high)
    {
        DataType type = operation.Input.Type;
        bool exact = type != DataType.Float16 || ((double)(Half)low == low && (double)(Half)high == high);
        return Elementwise.Result(operation, new Term(graph, graph.Cast(operation.Input, exact ? Elementwise.Kernel(type) : Elementwise.Wide(type))).Clip(low, high));
    }

    /// <summary>x where it is positive, slope x elsewhere; LeakyRelu(alpha = slope), https://onnx.ai/onnx/operators/onnx__LeakyRelu.html.</summary>
    private static GraphValue LeakyRelu(Operation operation, GraphBuilder graph) =>
        Leaky(operation, graph, operation.Module is LeakyReLU module ? module.negative_slope : operation.Number("negative_slope", 0.01));

    /// <summary>x where it is positive, (lower + upper) / 2 x elsewhere, as in eval mode; LeakyRelu(alpha), https://onnx.ai/onnx/operators/onnx__LeakyRelu.html.</summary>
    private static GraphValue RandomizedLeakyRelu(Operation operation, GraphBuilder graph) => operation.Module is RReLU module
        ? Leaky(operation, graph, (module.lower + module.upper) / 2)
        : Leaky(operation, graph, (operation.Number("lower", 1 / 8.0) + operation.Number("upper", 1 / 3.0)) / 2);

    private static GraphValue Leaky(Operation operation, GraphBuilder graph, double slope) => Activation("LeakyRelu", operation, graph, x => (x > 0).Choose(x, x * slope), ("alpha", (float)slope));

    /// <summary>x [N, C, a...], weight [C] or [1]: x where it is positive, weight x elsewhere; PRelu, the weight as [C, 1...], https://onnx.ai/onnx/operators/onnx__PRelu.html.</summary>
    private static GraphValue Prelu(Operation operation, GraphBuilder graph)
    {
        GraphValue input = operation.Input;
        GraphValue Slope(GraphValue weight) => weight.Rank == 0 || input.Rank < 3 || weight.Shape[0] == 1 ? weight
            : graph.Reshape(weight, [weight.Shape[0], .. Enumerable.Repeat((Dimension)1, input.Rank - 2)]);
        using TorchSharp.torch.Tensor? shaped = operation.Module is PReLU module && module.num_parameters > 1 && input.Rank > 2
            ? module.weight.reshape([-1, .. Enumerable.Repeat(1L, input.Rank - 2)]) : null;
        GraphValue slope = shaped is not null ? graph.Constant("weight", shaped)
            : operation.Module is PReLU shared ? graph.Constant("weight", shared.weight)
            : Slope(operation.Tensor("weight", "target"));
        Term x = new(graph, graph.Cast(input, Elementwise.Kernel(input.Type)));
        Term factor = new(graph, graph.Cast(slope, x.Type));
        return Elementwise.Result(operation, x.Type == DataType.Double ? (x > 0).Choose(x, x * factor) : x.Node("PRelu", factor));
    }

    /// <summary>scale x where it is positive, scale alpha (e^(input_scale x) - 1) elsewhere; Elu(alpha), https://onnx.ai/onnx/operators/onnx__Elu.html.</summary>
    private static GraphValue Elu(Operation operation, GraphBuilder graph)
    {
        double alpha = operation.Module is ELU module ? module.alpha : operation.Number("alpha", 1);
        double scale = operation.Number("scale", 1);
        double inputScale = operation.Number("input_scale", 1);
        Term WrittenOut(Term x) => (x > 0).Choose(x * scale, (x * inputScale).Expm1() * (scale * alpha));
        return scale == 1 && inputScale == 1
            ? Activation("Elu", operation, graph, WrittenOut, ("alpha", (float)alpha))
            : Elementwise.Formula(operation, graph, WrittenOut);
    }

    /// <summary>max(x, 0) + min(0, alpha (e^(x / alpha) - 1)); Celu(alpha), https://onnx.ai/onnx/operators/onnx__Celu.html.</summary>
    private static GraphValue Celu(Operation operation, GraphBuilder graph)
    {
        double alpha = operation.Module is CELU module ? module.alpha : operation.Number("alpha", 1);
        return Elementwise.Formula(operation, graph, x => x.Type == DataType.Float
            ? x.Node("Celu", ("alpha", (float)alpha))
            : (x > 0).Choose(x, (x / alpha).Expm1() * alpha));
    }

    /// <summary>gamma x where it is positive, gamma alpha (e^x - 1) elsewhere; Selu, whose numbers are PyTorch's, https://onnx.ai/onnx/operators/onnx__Selu.html.</summary>
    private static GraphValue Selu(Operation operation, GraphBuilder graph)
    {
        const double alpha = 1.6732632423543772848170429916717;
        const double scale = 1.0507009873554804934193349852946;
        return Activation("Selu", operation, graph, x => (x > 0).Choose(x * scale, x.Expm1() * (scale * alpha)));
    }

    /// <summary>x/2 (1 + erf(x / sqrt 2)), or by <c>approximate</c> x/2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))); Gelu from opset 20, before that Erf or Tanh, https://onnx.ai/onnx/operators/onnx__Gelu.html.</summary>
    private static GraphValue Gelu(Operation operation, GraphBuilder graph)
    {
        bool tanh = operation.Module is GELU module ? module.approximate == GELU.Approximate.tanh : operation.Find("approximate") is GELU.Approximate.tanh;
        Term WrittenOut(Term x) => tanh
            ? 0.5 * x * (1 + ((x + (0.044715 * (x * x * x))) * double.Sqrt(2 / double.Pi)).Tanh())
            : 0.5 * x * (1 + (x / double.Sqrt(2)).Erf());
        return graph.Opset >= 20
            ? Activation("Gelu", operation, graph, WrittenOut, ("approximate", tanh ? "tanh" : "none"))
            : Elementwise.Formula(operation, graph, WrittenOut);
    }

    /// <summary>x sigmoid(x); Sigmoid, Mul, https://onnx.ai/onnx/operators/onnx__Sigmoid.html.</summary>
    private static GraphValue Silu(Operation operation, GraphBuilder graph) => Elementwise.Formula(operation, graph, x => x * x.Sigmoid());

    /// <summary>x tanh(softplus(x)); Mish from opset 18, before that Softplus, Tanh, Mul, https://onnx.ai/onnx/operators/onnx__Mish.html.</summary>
    private static GraphValue Mish(Operation operation, GraphBuilder graph) => graph.Opset >= 18
        ? Activation("Mish", operation, graph, x => x * x.Softplus().Tanh())
        : Elementwise.Formula(operation, graph, x => x * x.Softplus().Tanh());

    /// <summary>x min(max(x + 3, 0), 6) / 6; HardSwish from opset 14, before that HardSigmoid(alpha = 1/6), Mul, https://onnx.ai/onnx/operators/onnx__HardSwish.html.</summary>
    private static GraphValue Hardswish(Operation operation, GraphBuilder graph) => graph.Opset >= 14
        ? Activation("HardSwish", operation, graph, x => x * ((x / 6) + 0.5).Clip(0, 1))
        : Elementwise.Formula(operation, graph, x => x * (x.Type == DataType.Double ? ((x / 6) + 0.5).Clip(0, 1) : x.Node("HardSigmoid", ("alpha", 1 / 6f))));

    /// <summary>min(max(x / 6 + 1/2, 0), 1); HardSigmoid(alpha = 1/6), https://onnx.ai/onnx/operators/onnx__HardSigmoid.html.</summary>
    private static GraphValue Hardsigmoid(Operation operation, GraphBuilder graph) =>
        Activation("HardSigmoid", operation, graph, x => ((x / 6) + 0.5).Clip(0, 1), ("alpha", 1 / 6f));

    /// <summary>1 / (1 + e^-x); Sigmoid, https://onnx.ai/onnx/operators/onnx__Sigmoid.html.</summary>
    private static GraphValue Sigmoid(Operation operation, GraphBuilder graph) => Elementwise.Function("Sigmoid", operation, graph);

    /// <summary>-log(1 + e^-x); Softplus, Neg, https://onnx.ai/onnx/operators/onnx__Softplus.html.</summary>
    private static GraphValue LogSigmoid(Operation operation, GraphBuilder graph) => Elementwise.Formula(operation, graph, x => -(-x).Softplus());

    /// <summary>tanh x; Tanh, https://onnx.ai/onnx/operators/onnx__Tanh.html.</summary>
    private static GraphValue Tanh(Operation operation, GraphBuilder graph) => Elementwise.Function("Tanh", operation, graph);

    /// <summary>log(1 + e^(beta x)) / beta, x where beta x is above the threshold, at which single precision ends by itself from 17 on; Softplus, https://onnx.ai/onnx/operators/onnx__Softplus.html.</summary>
    private static GraphValue Softplus(Operation operation, GraphBuilder graph)
    {
        double beta = operation.Module is Softplus module ? module.beta : operation.Number("beta", 1);
        double threshold = operation.Module is Softplus limited ? limited.threshold : operation.Number("threshold", 20);
        return Elementwise.Formula(operation, graph, x =>
        {
            Term steep = beta == 1 ? x : x * beta;
            Term soft = beta == 1 ? steep.Softplus() : steep.Softplus() / beta;
            return threshold < 17 || x.Type == DataType.Double ? (steep > threshold).Choose(x, soft) : soft;
        });
    }

    /// <summary>x / (1 + |x|); Softsign, https://onnx.ai/onnx/operators/onnx__Softsign.html.</summary>
    private static GraphValue Softsign(Operation operation, GraphBuilder graph) => Activation("Softsign", operation, graph, x => x / (1 + x.Abs()));

    // One ONNX operator; in float64, which ONNX Runtime has no kernel for, the formula that it stands for.
    private static GraphValue Activation(string opType, Operation operation, GraphBuilder graph, Func<Term, Term> formula, params (string Name, object Value)[] attributes) =>
        operation.Input.Type == DataType.Double ? Elementwise.Formula(operation, graph, formula) : Elementwise.Function(opType, operation, graph, attributes);
}
