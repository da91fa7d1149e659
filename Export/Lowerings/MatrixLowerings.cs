using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Products of matrices and vectors.</summary>
internal static class MatrixLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("matmul", MatMul)
        .Add("mm", MatMul)
        .Add("mv", MatMul)
        .Add("bmm", MatMul)
        .Add("dot", MatMul)
        .Add("vdot", MatMul)
        .Add("linalg_vecdot", VecDot)
        .Add("inner", Inner)
        .Add("outer", Outer)
        .Add("ger", Outer)
        .Add("addmm", AddMm)
        .Add("addmv", AddMv)
        .Add("addbmm", AddBmm)
        .Add("baddbmm", BAddBmm)
        .Add("addr", AddR)
        .Add("chain_matmul", MultiDot)
        .Add("linalg_multi_dot", MultiDot)
        .Add("matrix_power", MatrixPower)
        .Add("kron", Kron)
        .Add("det", Determinant)
        .Add("linalg_det", Determinant)
        .Add("trace", Trace)
        .Add("linalg_cross", Cross);

    /// <summary>y = a b, of vectors, matrices and stacks of them; a [..., n, k] or [k], b [..., k, m] or [k]; MatMul, https://onnx.ai/onnx/operators/onnx__MatMul.html.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="a">The left factor.</param>
    /// <param name="b">The right factor.</param>
    public static GraphValue Product(GraphBuilder graph, GraphValue a, GraphValue b)
    {
        DataType type = Computable(a.Type);
        Dimension[] rows = a.Rank < 2 ? [] : [a.Shape[^2]];
        Dimension[] columns = b.Rank < 2 ? [] : [b.Shape[^1]];
        IReadOnlyList<Dimension> stack = Reduction.Broadcast([.. a.Shape.SkipLast(2)], [.. b.Shape.SkipLast(2)]);
        return graph.Cast(graph.Add("MatMul", [graph.Cast(a, type), graph.Cast(b, type)], type, [.. stack, .. rows, .. columns]), a.Type);
    }

    /// <summary>The type in which to multiply: what ONNX has products of and ONNX Runtime kernels for, at least as wide as the type.</summary>
    /// <param name="type">The type.</param>
    public static DataType Computable(DataType type) => type switch
    {
        DataType.Bfloat16 => DataType.Float,
        DataType.Bool or DataType.Int8 or DataType.Uint8 or DataType.Int16 => DataType.Int32,
        _ => type,
    };

    /// <summary>y = a b, of vectors, matrices and stacks of them; MatMul, https://onnx.ai/onnx/operators/onnx__MatMul.html.</summary>
    private static GraphValue MatMul(Operation operation, GraphBuilder graph) => Product(graph, operation.Tensor(0), operation.Tensor(1));

    /// <summary>y = sum of a b over an axis; a and b broadcast; Mul, ReduceSum, https://onnx.ai/onnx/operators/onnx__ReduceSum.html.</summary>
    private static GraphValue VecDot(Operation operation, GraphBuilder graph)
    {
        GraphValue product = Multiply(graph, operation.Tensor(0), operation.Tensor(1));
        return Reduction.Over(graph, "ReduceSum", product, [operation.Axis("dim", product.Rank, -1)]);
    }

    /// <summary>y = sum of a b over the last axis of each; a [..., n], b [m, n] -> y [..., m]; MatMul, or Einsum where b has more axes, https://onnx.ai/onnx/operators/onnx__MatMul.html.</summary>
    private static GraphValue Inner(Operation operation, GraphBuilder graph)
    {
        (GraphValue a, GraphValue b) = (operation.Tensor(0), operation.Tensor(1));
        return a.Rank == 0 || b.Rank == 0 ? Multiply(graph, a, b)
            : b.Rank > 2 ? EinsumLowerings.Contract(graph, a, b, [a.Rank - 1], [b.Rank - 1])
            : Product(graph, a, b.Rank == 2 ? graph.Transpose(b, 1, 0) : b);
    }

    /// <summary>y_ij = a_i b_j; a [n], b [m] -> y [n, m]; Unsqueeze, Mul, https://onnx.ai/onnx/operators/onnx__Mul.html.</summary>
    private static GraphValue Outer(Operation operation, GraphBuilder graph) => OuterProduct(graph, graph.Cast(operation.Tensor(0), operation.Result.Type), graph.Cast(operation.Tensor(1), operation.Result.Type));

    /// <summary>y = beta x + alpha a b; a [n, k], b [k, m], x broadcasts to [n, m]; Gemm, of integers MatMul, Mul, Add, https://onnx.ai/onnx/operators/onnx__Gemm.html.</summary>
    private static GraphValue AddMm(Operation operation, GraphBuilder graph)
    {
        (GraphValue x, GraphValue a, GraphValue b) = (operation.Tensor(0), operation.Tensor(1), operation.Tensor(2));
        if (!x.Type.IsFloating())
        {
            return Combine(operation, graph, x, Product(graph, a, b));
        }

        (float alpha, float beta) = ((float)operation.Number("alpha", 1), (float)operation.Number("beta", 1));
        DataType type = Computable(x.Type);
        List<(string, object)> attributes = [];
        if (alpha != 1)
        {
            attributes.Add(("alpha", alpha));
        }

        if (beta is not 1 and not 0)
        {
            attributes.Add(("beta", beta));
        }

        return graph.Cast(graph.Add("Gemm", [graph.Cast(a, type), graph.Cast(b, type), beta == 0 ? null : graph.Cast(x, type)], type, [a.Shape[0], b.Shape[1]], attributes), x.Type);
    }

    /// <summary>y = beta x + alpha a v; a [n, k], v [k], x broadcasts to [n]; MatMul, Mul, Add, https://onnx.ai/onnx/operators/onnx__MatMul.html.</summary>
    private static GraphValue AddMv(Operation operation, GraphBuilder graph) => Combine(operation, graph, operation.Tensor(0), Product(graph, operation.Tensor(1), operation.Tensor(2)));

    /// <summary>y = beta x + alpha (a_0 b_0 + ... + a_B b_B); a [B, n, k], b [B, k, m], x broadcasts to [n, m]; MatMul, ReduceSum, Mul, Add, https://onnx.ai/onnx/operators/onnx__MatMul.html.</summary>
    private static GraphValue AddBmm(Operation operation, GraphBuilder graph) =>
        Combine(operation, graph, operation.Tensor(0), Reduction.Over(graph, "ReduceSum", Product(graph, operation.Tensor(1), operation.Tensor(2)), [0]));

    /// <summary>y = beta batch2 + alpha input batch1, which is what TorchSharp makes of its arguments; input [B, n, k], batch1 [B, k, m], batch2 broadcasts to [B, n, m]; MatMul, Mul, Add, https://onnx.ai/onnx/operators/onnx__MatMul.html.</summary>
    private static GraphValue BAddBmm(Operation operation, GraphBuilder graph) => Combine(operation, graph, operation.Tensor(2), Product(graph, operation.Tensor(0), operation.Tensor(1)));

    /// <summary>y = beta x + alpha a_i b_j; a [n], b [m], x broadcasts to [n, m]; Unsqueeze, Mul, Add, https://onnx.ai/onnx/operators/onnx__Mul.html.</summary>
    private static GraphValue AddR(Operation operation, GraphBuilder graph) => Combine(operation, graph, operation.Tensor(0), OuterProduct(graph, operation.Tensor(1), operation.Tensor(2)));

    /// <summary>y = a b c ..., matrices, the first and the last perhaps vectors; MatMul, https://onnx.ai/onnx/operators/onnx__MatMul.html.</summary>
    private static GraphValue MultiDot(Operation operation, GraphBuilder graph) =>
        operation.Tensors("input", "matrices", "tensors").Aggregate((left, right) => Product(graph, left, right));

    /// <summary>y = x x ... x, n times; x [..., m, m]; MatMul by repeated squaring, a mask of the diagonal for n = 0, https://onnx.ai/onnx/operators/onnx__MatMul.html.</summary>
    private static GraphValue MatrixPower(Operation operation, GraphBuilder graph)
    {
        GraphValue x = operation.Input;
        long power = operation.Integer("n");
        if (power < 0)
        {
            throw operation.Unsupported("ONNX has no inverse of matrices, which a negative power needs", "Use a power of 0 or more");
        }

        if (power == 0)
        {
            return graph.Expand(graph.Cast(Positions.Compare(graph, "Equal", x.Shape[^1]), x.Type), x.Shape);
        }

        GraphValue? result = null;
        for (GraphValue square = x; ; square = Product(graph, square, square))
        {
            result = power % 2 == 0 ? result : result is null ? square : Product(graph, result, square);
            power /= 2;
            if (power == 0)
            {
                return result!;
            }
        }
    }

    /// <summary>y_{i p + k, j q + l} = a_ij b_kl; a [n, m], b [p, q] -> y [n p, m q], and so on for any number of axes; Unsqueeze, Mul, Reshape, https://onnx.ai/onnx/operators/onnx__Mul.html.</summary>
    private static GraphValue Kron(Operation operation, GraphBuilder graph)
    {
        DataType type = operation.Result.Type;
        GraphValue[] factors = [graph.Cast(operation.Tensor(0), type), graph.Cast(operation.Tensor(1), type)];
        int rank = factors.Max(factor => factor.Rank);
        for (int i = 0; i < 2; i++)
        {
            // a gets an axis of size 1 behind each of its axes, b one before, after both have the same number of axes.
            int missing = rank - factors[i].Rank;
            int own = i;
            factors[i] = graph.Unsqueeze(factors[i], [.. Enumerable.Range(0, 2 * rank).Where(axis => axis / 2 < missing || axis % 2 != own)]);
        }

        return graph.Reshape(Multiply(graph, factors[0], factors[1]), operation.Result.Shape);
    }

    /// <summary>y = |X|; x [..., n, n] -> y [...]; Det, https://onnx.ai/onnx/operators/onnx__Det.html.</summary>
    private static GraphValue Determinant(Operation operation, GraphBuilder graph) => graph.Add("Det", [operation.Input], operation.Input.Type, operation.Input.Shape.SkipLast(2));

    /// <summary>y = sum of the diagonal, integers as int64; x [n, m] -> y []; Where of a mask, ReduceSum, https://onnx.ai/onnx/operators/onnx__Where.html.</summary>
    private static GraphValue Trace(Operation operation, GraphBuilder graph)
    {
        GraphValue x = graph.Cast(operation.Input, operation.Result.Type);
        GraphValue wide = graph.Cast(x, Computable(x.Type));
        GraphValue diagonal = graph.Add(
            "Equal", [graph.Unsqueeze(Positions.Of(graph, x.Shape[0]), 1), graph.Unsqueeze(Positions.Of(graph, x.Shape[1]), 0)], DataType.Bool, x.Shape);
        GraphValue zero = graph.Scalar(0.0, wide.Type);
        return graph.Cast(Reduction.Over(graph, "ReduceSum", Reduction.Where(graph, diagonal, wide, zero), [0, 1]), x.Type);
    }

    /// <summary>y = a x b along an axis of size 3; a and b broadcast; Gather, Mul, Sub, https://onnx.ai/onnx/operators/onnx__Gather.html.</summary>
    private static GraphValue Cross(Operation operation, GraphBuilder graph)
    {
        DataType type = operation.Result.Type;
        (GraphValue a, GraphValue b) = (graph.Cast(operation.Tensor(0), type), graph.Cast(operation.Tensor(1), type));
        int fromBack = operation.Result.Shape.Count - operation.Axis("dim", operation.Result.Shape.Count, -1);
        return Reduction.Map(graph, "Sub", Multiply(graph, Turned(a, 1), Turned(b, 2)), Multiply(graph, Turned(a, 2), Turned(b, 1)));

        GraphValue Turned(GraphValue vector, long by) =>
            graph.Add("Gather", [vector, graph.Integers(by, (by + 1) % 3, (by + 2) % 3)], type, vector.Shape, [("axis", (long)(vector.Rank - fromBack))]);
    }

    private static GraphValue OuterProduct(GraphBuilder graph, GraphValue a, GraphValue b) => Multiply(graph, graph.Unsqueeze(a, 1), graph.Unsqueeze(b, 0));

    private static GraphValue Multiply(GraphBuilder graph, GraphValue a, GraphValue b)
    {
        DataType type = a.Type == DataType.Bool ? DataType.Bool : Computable(a.Type);
        return graph.Cast(Reduction.Map(graph, type == DataType.Bool ? "And" : "Mul", graph.Cast(a, type), graph.Cast(b, type)), a.Type);
    }

    // beta x + alpha product; x is not looked at where beta is 0.
    private static GraphValue Combine(Operation operation, GraphBuilder graph, GraphValue x, GraphValue product)
    {
        double beta = operation.Number("beta", 1);
        DataType type = Computable(product.Type);
        GraphValue scaled = Scaled(graph.Cast(product, type), operation.Number("alpha", 1));
        return graph.Cast(beta == 0 ? scaled : Reduction.Map(graph, "Add", Scaled(graph.Cast(x, type), beta), scaled), product.Type);

        GraphValue Scaled(GraphValue value, double factor) => factor == 1 ? value : Reduction.Map(graph, "Mul", value, graph.Scalar(factor, type));
    }
}
