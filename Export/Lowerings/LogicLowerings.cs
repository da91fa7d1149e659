using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Truth values and bits. Shapes: x [a...], y [b...] -> [broadcast(a, b)...].</summary>
internal static class LogicLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("logical_and", LogicalAnd)
        .Add("logical_or", LogicalOr)
        .Add("logical_xor", LogicalXor)
        .Add("logical_not", LogicalNot)
        .Add("bitwise_and", BitwiseAnd)
        .Add("bitwise_or", BitwiseOr)
        .Add("bitwise_xor", BitwiseXor)
        .Add("bitwise_not", BitwiseNot)
        .Add("bitwise_left_shift", LeftShift)
        .Add("bitwise_right_shift", RightShift);

    /// <summary>Both are not zero; And, https://onnx.ai/onnx/operators/onnx__And.html.</summary>
    private static GraphValue LogicalAnd(Operation operation, GraphBuilder graph) => Logic("And", operation, graph);

    /// <summary>One or both are not zero; Or, https://onnx.ai/onnx/operators/onnx__Or.html.</summary>
    private static GraphValue LogicalOr(Operation operation, GraphBuilder graph) => Logic("Or", operation, graph);

    /// <summary>One, not both, is not zero; Xor, https://onnx.ai/onnx/operators/onnx__Xor.html.</summary>
    private static GraphValue LogicalXor(Operation operation, GraphBuilder graph) => Logic("Xor", operation, graph);

    /// <summary>Is zero; Not, https://onnx.ai/onnx/operators/onnx__Not.html.</summary>
    private static GraphValue LogicalNot(Operation operation, GraphBuilder graph) => Elementwise.Result(operation, !new Term(graph, graph.Cast(operation.Input, DataType.Bool)));

    private static GraphValue Logic(string opType, Operation operation, GraphBuilder graph)
    {
        Term[] terms = Elementwise.Operands(operation, graph, DataType.Bool, 0, 1);
        return Elementwise.Result(operation, terms[0].Node(opType, terms[1]));
    }

    /// <summary>The bits that both have; of truth values And; from opset 18 BitwiseAnd, https://onnx.ai/onnx/operators/onnx__BitwiseAnd.html.</summary>
    private static GraphValue BitwiseAnd(Operation operation, GraphBuilder graph) => Bits("And", operation, graph);

    /// <summary>The bits that one or both have; of truth values Or; from opset 18 BitwiseOr, https://onnx.ai/onnx/operators/onnx__BitwiseOr.html.</summary>
    private static GraphValue BitwiseOr(Operation operation, GraphBuilder graph) => Bits("Or", operation, graph);

    /// <summary>The bits that one, not both, has; of truth values Xor; from opset 18 BitwiseXor, https://onnx.ai/onnx/operators/onnx__BitwiseXor.html.</summary>
    private static GraphValue BitwiseXor(Operation operation, GraphBuilder graph) => Bits("Xor", operation, graph);

    private static GraphValue Bits(string opType, Operation operation, GraphBuilder graph)
    {
        DataType promoted = Elementwise.Promoted(operation, 0, 1);
        if (promoted == DataType.Bool)
        {
            return Logic(opType, operation, graph);
        }

        if (graph.Opset < 18)
        {
            throw operation.Unsupported($"ONNX has no bitwise {opType.ToLowerInvariant()} of integers before opset 18", "Export to opset 18 or newer, or use bool tensors");
        }

        Term[] terms = Elementwise.Operands(operation, graph, promoted, 0, 1);
        return Elementwise.Result(operation, terms[0].Node($"Bitwise{opType}", terms[1]));
    }

    /// <summary>The bits that it has not; of truth values Not; from opset 18 BitwiseNot, before that -x - 1, https://onnx.ai/onnx/operators/onnx__BitwiseNot.html.</summary>
    private static GraphValue BitwiseNot(Operation operation, GraphBuilder graph)
    {
        Term x = new(graph, operation.Input);
        return Elementwise.Result(operation, x.Type == DataType.Bool ? !x : graph.Opset >= 18 ? x.Node("BitwiseNot") : -x.To(Elementwise.Kernel(x.Type)) - 1);
    }

    /// <summary>x 2^n, 0 where n is negative or above 63; BitShift of uint64, https://onnx.ai/onnx/operators/onnx__BitShift.html.</summary>
    private static GraphValue LeftShift(Operation operation, GraphBuilder graph)
    {
        (Term x, Term count, Term outside) = Shifted(operation, graph);
        return Elementwise.Result(operation, outside.Choose(0, Shift(x, count, "LEFT")));
    }

    /// <summary>x / 2^n rounded down; BitShift of uint64, of a negative x as -1 - (-1 - x) / 2^n, https://onnx.ai/onnx/operators/onnx__BitShift.html.</summary>
    private static GraphValue RightShift(Operation operation, GraphBuilder graph)
    {
        (Term x, Term count, Term outside) = Shifted(operation, graph);
        Term within = outside.Choose(63, count);
        Term negative = x < 0;
        Term shifted = Shift(negative.Choose(-1 - x, x), within, "RIGHT");
        return Elementwise.Result(operation, negative.Choose(-1 - shifted, shifted));
    }

    private static (Term X, Term Count, Term Outside) Shifted(Operation operation, GraphBuilder graph)
    {
        Term[] terms = Elementwise.Operands(operation, graph, DataType.Int64, 0, 1);
        return (terms[0], terms[1], (terms[1] < 0) | (terms[1] > 63));
    }

    private static Term Shift(Term x, Term count, string direction) =>
        new Term(x.Graph, x.Graph.Add("BitShift", [x.To(DataType.Uint64).Value, count.To(DataType.Uint64).Value], ("direction", direction))).To(DataType.Int64);
}
