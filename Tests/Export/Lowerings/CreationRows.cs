using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.LoweringRow;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>Tensors made of a number or of sizes that depend on dynamic axes.</summary>
internal static class CreationRows
{
    public static IEnumerable<LoweringRow> All =>
    [
        Of("zeros", "the batch size", x => zeros(x.shape[0], 4), Float(2, 3)),
        Of("zeros", "added to the input", x => x + zeros(x.shape), Float(2, 3)),
        Of("zeros", "int64 of a product", x => zeros([x.shape[0] * x.shape[1]], ScalarType.Int64), Float(2, 3).Dynamic((0, "N"), (1, "T"))),
        Of("zeros_like", "float", x => zeros_like(x), Float(2, 3)),
        Of("zeros_like", "another type", x => x.zeros_like(ScalarType.Bool), Float(2, 3)),
        Of("zeros_like", "bfloat16", x => x.zeros_like(), new TestInput(ScalarType.BFloat16, 2, 3)),
        Of("new_zeros", "sizes", x => x.new_zeros(x.shape[0], 2), Long(2, 3)),
        Of("zero", "in place", x => (x + 1).zero_(), Float(2, 3)),
        Of("ones", "the batch size", x => ones([x.shape[0], 2], ScalarType.Float32), Float(2, 3)),
        Of("ones_like", "int", x => ones_like(x), Long(2, 3)),
        Of("new_ones", "sizes", x => x.new_ones(x.shape[0], 2), Double(2, 3)),
        Of("full", "a fraction", x => full([x.shape[0], 2], 2.5), Float(2, 3)),
        Of("full", "the batch size", x => full([x.shape[0], 2], x.shape[0]), Float(2, 3)),
        Of("full_like", "half", x => x.full_like(1.5), Half(2, 3)),
        Of("full_like", "int", x => full_like(x, 7), Int(2, 3)),
        Of("new_full", "sizes", x => x.new_full(x.shape[0], 2, 3.5), Float(2, 3)),
        Of("fill", "in place", x => (x + 1).fill_(2.5), Float(2, 3)),
        Of("empty", "filled", x => empty(x.shape[0], 3).fill_(2.5), Float(2, 3)) with { Onnx = "Shape Concat Expand" },
        Of("empty_like", "copied into", x => x.empty_like().copy_(x) + 1, Float(2, 3)) with { Onnx = "Add" },
        Of("new_empty", "set to zero", x => x.new_empty(x.shape[0], 2).zero_(), Float(2, 3)),
        Of("arange", "stop", x => arange(x.shape[0]), Float(2, 3)),
        Of("arange", "start and stop", x => arange(1, x.shape[0] + 1), Float(2, 3)),
        Of("arange", "backwards", x => arange(x.shape[0] - 1, -1, -1), Float(2, 3)),
        Of("arange", "float32", x => arange(0, x.shape[1], dtype: ScalarType.Float32) * x, Float(2, 3).Dynamic((0, "N"), (1, "T"))),
        Of("arange", "fractions", x => arange(0.5, x.shape[0], 1.0), Float(2, 3)),
        Of("arange", "fractional step", x => arange(0, x.shape[0], 0.25), Float(2, 3)),
        Of("linspace", "steps", x => linspace(-1, 2, x.shape[0]), Float(4, 3)),
        Of("linspace", "double", x => linspace(0, 1, x.shape[0], ScalarType.Float64), Float(4, 3)),
        Of("logspace", "steps", x => logspace(-1, 2, x.shape[0], 2), Float(4, 3)),
        Of("tensor", "the batch size", x => tensor(x.shape[0]) * x, Float(2, 3)),
        Of("tensor", "the batch size as a fraction", x => tensor(x.shape[0], ScalarType.Float64), Float(2, 3)),
        Of("tensor", "a shape", x => tensor(new long[] { x.shape[0], 3 }), Float(2, 3)),
        Of("tensor", "the batch size, by conversion", x => ((Tensor)x.shape[0]) * x, Float(2, 3)),
        Of("as_tensor", "a tensor", x => as_tensor(x, ScalarType.Float64), Float(2, 3)),
        Of("as_tensor", "a shape", x => as_tensor(x.shape), Float(2, 3)),
        Of("from_array", "a shape", x => from_array(x.shape), Float(2, 3)),
        Of("ToTensor", "the batch size", x => x.shape[0].ToTensor() + x, Float(2, 3)),
        Of("eye", "square", x => eye(x.shape[0]), Float(2, 3)),
        Of("eye", "rows and columns", x => eye(x.shape[0], 4, ScalarType.Int64), Float(2, 3)),
        Of("tril", "static", x => x.tril(), Float(2, 4, 5)),
        Of("tril", "diagonal", x => x.tril(1), Float(2, 4, 5)),
        Of("tril", "square of a dynamic axis", x => ones(x.shape[1], x.shape[1]).tril(), Float(2, 3).Dynamic((1, "T"))),
        Of("tril", "bool", x => tril(x, -1), Bool(2, 4, 4)),
        Of("triu", "diagonal", x => x.triu(1), Float(4, 5)),
        Of("triu", "negative diagonal", x => triu(x, -1), Long(2, 4, 5)),
        Of("triu", "int16", x => x.triu(), new TestInput(ScalarType.Int16, 4, 5)),
        Of("triu", "half", x => x.triu(), Half(4, 5)),
        Of("triu", "diagonal of a size", x => x.triu(x.shape[0] - 1), Float(4, 5)),
        Of("triu", "causal mask", x => full([x.shape[1], x.shape[1]], double.NegativeInfinity).triu(1), Float(2, 3).Dynamic((1, "T"))),
        Of("one_hot", "classes", x => nn.functional.one_hot(x, 4), Index(4, 2, 3)) with { Onnx = "OneHot" },
        Of("one_hot", "as many classes as the length", x => nn.functional.one_hot(x % x.shape[0], x.shape[0]), Index(4, 2, 3)),
    ];
}
