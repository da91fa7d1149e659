using Microsoft.ML.OnnxRuntime;
using OnnxInit.Export;
using OnnxInit.Export.Graph;
using OnnxInit.Tests.Export.Lowerings;
using TorchSharp;
using TorchSharp.Modules;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export;

/// <summary>What goes into a model and what comes out, whatever its types, ranks, sizes and structure.</summary>
public sealed class InputsAndOutputsTests
{
    private static readonly Tensor Constant = tensor((float[])[1, 2, 3]).DetachFromDisposeScope();

    private static readonly Dictionary<string, (Func<nn.Module> Module, TestInput[] Inputs)> Rows = new()
    {
        ["no parameters"] = Of(x => x + 1, Float(2, 3)),
        ["three inputs of three types"] = Of3((x, ids, mask) => where(mask, x, ids.to(ScalarType.Float32)), Float(2, 3), Long(2, 3), Bool(2, 3)),
        ["an input that is not used"] = Of2((x, _) => x * 2, Float(2, 3), Float(2, 4)),
        ["inputs of different batches"] = Of2((x, y) => x.matmul(y.t()), Float(2, 3).Dynamic((0, "N")), Float(4, 3).Dynamic((0, "M"))),
        ["whole numbers"] = Of(x => (x * 3) - 1, Int(2, 3)),
        ["truth values"] = Of(x => x.logical_not(), Bool(2, 3)),
        ["a tuple"] = Of(x => (x + 1, x * 2), Float(2, 3)),
        ["a tuple of tuples"] = Of(x => (x + 1, (x * 2, x * 3), x * 4), Float(2, 3)),
        ["an array"] = Of(x => new[] { x + 1, x * 2 }, Float(2, 3)),
        ["a list"] = Of(x => new List<Tensor> { x + 1, x * 2, x.sum() }, Float(2, 3)),
        ["a class of one's own that is a tuple"] = (() => new Typed(x => ValueTuple.Create(x + 1)), [Float(2, 3)]),
        ["an output that is an input"] = Of(x => (x, x + 1), Float(2, 3)),
        ["two inputs handed through in another order"] = Of2((x, y) => (y, x), Float(2, 3), Long(2, 4)),
        ["the identity"] = Of(x => x, Float(2, 3)),
        ["an output that is a constant"] = Of(x => (x + Constant, Constant), Float(2, 3)),
        ["an output that is computed of constants"] = Of(x => (x + 1, Constant * 2, arange(3)), Float(2, 3)),
        ["an output that is a parameter"] = (() => new Shared((linear, x) => (linear.call(x), linear.weight!)), [Float(2, 3)]),
        ["only a parameter"] = (() => new Shared((linear, _) => linear.bias!), [Float(2, 3)]),
        ["the same tensor twice"] = Of(x => Twice(x.exp()), Float(2, 3)),
        ["the same input twice"] = Of(Twice, Float(2, 3)),
        ["scalars in and out"] = Of2((x, y) => (x * y, x), Float(), Float()),
        ["a scalar out"] = Of(x => x.mean(), Float(2, 3)),
        ["a scalar of whole numbers"] = Of2((x, y) => x + y, Long(), Float(2, 3)),
        ["every axis static"] = Of(x => x.reshape(-1).cumsum(0), Float(2, 3).Static()),
        ["an axis of size 0"] = Of(x => cat([x, x * 2], 1), Float(2, 0)),
        ["one dynamic axis that is not the first"] = Of(x => x.softmax(-1).reshape(2, -1), Float(2, 3, 4).Dynamic((1, "T"))),
        ["negative dynamic axes"] = Of(x => x.softmax(-1), Float(2, 3, 4).Dynamic((-1, "T"))),
        ["N*T in a reshape"] = Of(x => x.reshape(x.shape[0] * x.shape[1], 4).mul(2).reshape(x.shape[0], x.shape[1], 4), Float(2, 3, 4).Dynamic((0, "N"), (1, "T"))),
        ["N*T*S and sums of sizes"] = Of(
            x => (x.flatten(), x.reshape(x.shape[0], x.shape[1] * x.shape[2]), cat([x, x[.., ..1]], 1), zeros(x.shape[2] + 1)), Float(2, 3, 4).Dynamic((0, "N"), (1, "T"), (2, "S"))),
        ["a batch in two places"] = Of2((x, y) => einsum("nd,md->nm", x, y), Float(3, 4), Float(3, 4)),
        ["a mask"] = Of(x => x[x > 0] * 2, Float(4, 3)),
        ["a mask of rows"] = Of(x => x[x.sum(1) > 0].relu(), Float(6, 3)),
        ["nonzero"] = Of(x => (x > 0).nonzero(), Float(4, 3)),
        ["masked_select and more after it"] = Of(x => x.masked_select(x > 0).exp().sum(), Float(4, 3)),
        ["sizes after a strided convolution"] = (() => new Strided(), [Float(2, 3, 9).Dynamic((0, "N"), (2, "T"))]),
        ["one more than the size after a strided pool"] = Of(x =>
        {
            Tensor pooled = nn.functional.max_pool1d(x, 2);
            return (pooled, pooled.sum() + ones(x.shape[0], pooled.shape[2] + 1));
        }, Float(2, 3, 9).Dynamic((0, "N"), (2, "T"))),
        ["a view that divides a dynamic axis"] = Of(x => x.view(x.shape[0], -1, 2, x.shape[2]), Float(2, 6, 4).Dynamic((0, "N"), (2, "D"))),
        ["sizes after a strided pool"] = Of(x =>
        {
            Tensor y = nn.functional.max_pool1d(x, 2);
            return y.reshape(y.shape[0] * y.shape[2], y.shape[1]);
        }, Float(2, 3, 12).Dynamic((0, "N"), (2, "T"))),
        ["a module called twice"] = (() => new Shared((linear, x) => linear.call(linear.call(x).relu())), [Float(2, 3)]),
        ["a weight used beside its module"] = (() => new Shared((linear, x) => linear.call(x) + x.matmul(linear.weight!)), [Float(2, 3)]),
    };

    public static TheoryData<string, int> RowNames => [.. from row in Rows.Keys from opset in (int[])[13, 17, 21] select (row, opset)];

    [Theory]
    [MemberData(nameof(RowNames))]
    public void ONNX_Runtime_computes_what_TorchSharp_does(string row, int opset)
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(7);
        using nn.Module module = Rows[row].Module();
        ExportAssertions.AssertAgrees(module, Rows[row].Inputs, [1, 4, 7], configure: options => options with { Opset = opset });
    }

    [Theory]
    [InlineData(ScalarType.Float64, 1e-10)]
    [InlineData(ScalarType.Float16, 1e-2)]
    public void A_model_is_exported_in_its_own_precision(ScalarType type, double tolerance)
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(7);
        using nn.Module module = nn.Sequential(nn.Linear(3, 8), nn.LayerNorm(8), nn.ReLU(), nn.Linear(8, 2), nn.Softmax(-1)).to(type);

        ExportedModel exported = ExportAssertions.AssertAgrees(module, [new TestInput(type, 2, 3)], [1, 5], tolerance, tolerance);

        exported.Graph.Constants.Where(constant => constant.Name.Contains("weight")).Should().OnlyContain(constant => constant.Type == type.ToOnnx());
    }

    // ONNX Runtime's CPU provider has no kernels for it.
    [Fact]
    public void A_bfloat16_model_is_built_and_checked()
    {
        using DisposeScope scope = NewDisposeScope();
        using nn.Module module = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 2)).to(ScalarType.BFloat16);

        ExportedModel exported = ExportAssertions.AssertAgrees(module, [new TestInput(ScalarType.BFloat16, 2, 3)], [], run: false);

        exported.Graph.Inputs.Concat(exported.Graph.Outputs).Select(value => value.ToString()).Should().Equal("input: bfloat16[N, 3]", "output: bfloat16[N, 2]");
    }

    [Theory]
    [InlineData("a module called twice", 2)]
    [InlineData("a weight used beside its module", 2)]
    public void Shared_weights_are_stored_once(string row, int constants)
    {
        using DisposeScope scope = NewDisposeScope();
        using nn.Module module = Rows[row].Module();
        OnnxGraph graph = OnnxExporter.Export(module, ones(2, 3)).Graph;

        graph.Constants.Should().HaveCount(constants);
        graph.Constants.Select(constant => constant.Name).Should().BeEquivalentTo("linear_weight", "linear_bias");
    }

    [Fact]
    public void Weights_that_embedding_and_output_share_are_stored_once()
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(7);
        using nn.Module module = new Tied();
        ExportedModel exported = ExportAssertions.AssertAgrees(module, [Index(9000, 2, 6).Dynamic((0, "N"), (1, "T"))], [1, 4, 7]);

        exported.Graph.Constants.Where(constant => constant.Count >= 9000).Select(constant => constant.Name).Should().Equal("embedding_weight");
    }

    [Fact]
    public void Symbols_name_the_sizes_that_depend_on_the_data()
    {
        using DisposeScope scope = NewDisposeScope();
        using nn.Module mask = Rows["a mask"].Module();
        using nn.Module product = Rows["N*T*S and sums of sizes"].Module();

        OnnxExporter.Export(mask, randn(4, 3)).Graph.Outputs[0].ToString().Should().MatchRegex(@"^output: float\[[a-z]\w*\]$");
        OnnxExporter.Export(product, [new("input", randn(2, 3, 4), new Dictionary<int, string> { [0] = "N", [1] = "T", [2] = "S" })]).Graph.Outputs.Select(output => output.ToString()).Should().Equal(
            "output_0: float[N*S*T]", "output_1: float[N, S*T]", "output_2: float[N, T + 1, S]", "output_3: float[S + 1]");
    }

    [Fact]
    public void An_input_may_be_a_view_require_gradients_and_lie_in_any_order()
    {
        using DisposeScope scope = NewDisposeScope();
        using nn.Module module = nn.Linear(3, 2);
        Tensor example = randn(3, 4).t().requires_grad_(true);
        using InferenceSession session = ExportAssertions.Open(OnnxExporter.Export(module, example));

        OrtRun.Compare(session, [example.detach()], OrtRun.Forward(module, [example.detach()]), 1e-5, 1e-6, "of a transposed input");
    }

    private static object Twice(Tensor x) => (x, x);

    private static (Func<nn.Module>, TestInput[]) Of(Func<Tensor, object> function, TestInput input) => (() => new Function(inputs => function(inputs[0]), 1), [input]);

    private static (Func<nn.Module>, TestInput[]) Of2(Func<Tensor, Tensor, object> function, TestInput first, TestInput second) =>
        (() => new Function(inputs => function(inputs[0], inputs[1]), 2), [first, second]);

    private static (Func<nn.Module>, TestInput[]) Of3(Func<Tensor, Tensor, Tensor, object> function, TestInput first, TestInput second, TestInput third) =>
        (() => new Function(inputs => function(inputs[0], inputs[1], inputs[2]), 3), [first, second, third]);

    private sealed class Typed(Func<Tensor, ValueTuple<Tensor>> function) : nn.Module<Tensor, ValueTuple<Tensor>>(nameof(Typed))
    {
        public override ValueTuple<Tensor> forward(Tensor input) => function(input);
    }

    private sealed class Shared : nn.Module<Tensor, object>
    {
        private readonly Linear _linear = nn.Linear(3, 3);
        private readonly Func<Linear, Tensor, object> _function;

        public Shared(Func<Linear, Tensor, object> function)
            : base(nameof(Shared))
        {
            _function = function;
            register_module("linear", _linear);
        }

        public override object forward(Tensor input) => _function(_linear, input);
    }

    private sealed class Tied : nn.Module<Tensor, Tensor>
    {
        private readonly Embedding _embedding = nn.Embedding(9000, 8);
        private readonly Linear _hidden = nn.Linear(8, 8);

        public Tied()
            : base(nameof(Tied))
        {
            register_module("embedding", _embedding);
            register_module("hidden", _hidden);
        }

        public override Tensor forward(Tensor input) => _hidden.call(_embedding.call(input)).tanh().matmul(_embedding.weight!.t()); // [N, T, 9000]
    }

    private sealed class Strided : nn.Module<Tensor, Tensor>
    {
        private readonly Conv1d _conv = nn.Conv1d(3, 4, 3, stride: 2, padding: 1);
        private readonly Linear _linear = nn.Linear(4, 5);

        public Strided()
            : base(nameof(Strided)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            Tensor y = _conv.call(input); // [N, 4, T/2]
            Tensor rows = y.permute(0, 2, 1).reshape(y.shape[0] * y.shape[2], 4);
            return _linear.call(rows).reshape(y.shape[0], y.shape[2], 5) + zeros(y.shape[2], 5);
        }
    }
}
