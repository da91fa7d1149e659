using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Diagonals of matrices.</summary>
internal static class DiagonalLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("diagonal", (operation, graph) => Diagonal(operation, operation.Integer("offset", 0), 0, 1, graph))
        .Add("linalg_diagonal", (operation, graph) => Diagonal(operation, operation.Integer("offset", 0), -2, -1, graph))
        .Add("diag", Diag)
        .Add("diag_embed", (operation, graph) => Embed(
            operation.Input, operation.Integer("offset", 0), operation.Axis("dim1", operation.Input.Rank + 1, -2), operation.Axis("dim2", operation.Input.Rank + 1, -1), graph))
        .Add("diagflat", (operation, graph) => Embed(graph.Flatten(operation.Input), operation.Integer("offset", 0), 0, 1, graph))
        .Add("diagonal_scatter", Scatter);

    /// <summary>A vector's matrix, or a matrix's diagonal, as diag_embed and diagonal.</summary>
    private static GraphValue Diag(Operation operation, GraphBuilder graph)
    {
        long offset = operation.Integer("diagonal", 0);
        return operation.Input.Rank == 1 ? Embed(operation.Input, offset, 0, 1, graph) : Diagonal(operation, offset, 0, 1, graph);
    }

    /// <summary>x [.., m, n] -> y [.., k], y_i = x_{i, i + offset}, of any two axes; Reshape to [.., m n], then Gather every (n + 1)th, https://onnx.ai/onnx/operators/onnx__Gather.html.</summary>
    private static GraphValue Diagonal(Operation operation, long offset, int dim1, int dim2, GraphBuilder graph)
    {
        Plane plane = Plane.Of(operation, offset, dim1, dim2, graph);
        return graph.Gather(plane.Flat, plane.Places, plane.Flat.Rank - 1, operation.Result.Shape);
    }

    /// <summary>y = x with src [.., k] as its diagonal; ScatterElements into [.., m n], https://onnx.ai/onnx/operators/onnx__ScatterElements.html.</summary>
    private static GraphValue Scatter(Operation operation, GraphBuilder graph)
    {
        Plane plane = Plane.Of(operation, operation.Integer("offset", 0), 0, 1, graph);
        GraphValue source = graph.Cast(operation.Tensor("src"), operation.Input.Type);
        GraphValue flat = graph.Add(
            "ScatterElements", [plane.Flat, graph.Expand(plane.Places, source.Shape), source], source.Type, plane.Flat.Shape, [("axis", plane.Flat.Rank - 1L)]);
        int[] back = [.. plane.Order.Select((_, axis) => Array.IndexOf(plane.Order, axis))];
        return graph.Transpose(graph.Reshape(flat, [.. plane.Order.Select(axis => operation.Input.Shape[axis])]), back);
    }

    /// <summary>
    /// x [.., n] -> y [.., m, m], m = n + |offset|, y_{i, i + offset} = x_i, zeros elsewhere, of any two axes;
    /// Where(column = row + offset, x, 0), https://onnx.ai/onnx/operators/onnx__Where.html.
    /// </summary>
    private static GraphValue Embed(GraphValue x, long offset, int dim1, int dim2, GraphBuilder graph)
    {
        int last = x.Rank - 1;
        Dimension m = x.Shape[last] + Math.Abs(offset);
        GraphValue wide = PaddingLowerings.Constant(x, [(last, 0, Math.Abs(offset))], 0, graph);
        GraphValue values = graph.Unsqueeze(wide, offset >= 0 ? last + 1 : last);
        GraphValue matrix = Selection.Where(IsDiagonal(m, offset, graph), values, graph.Scalar(0L, x.Type), [.. x.Shape.Take(last), m, m], graph);

        List<int> order = [.. Enumerable.Range(0, last)];
        foreach ((int place, int axis) in new[] { (dim1, last), (dim2, last + 1) }.Order())
        {
            order.Insert(place, axis);
        }

        return graph.Transpose(matrix, order);
    }

    private static GraphValue IsDiagonal(Dimension m, long offset, GraphBuilder graph)
    {
        if (m.IsStatic)
        {
            byte[] mask = [.. from row in Enumerable.Range(0, (int)m.Size) from column in Enumerable.Range(0, (int)m.Size) select (byte)(column == row + offset ? 1 : 0)];
            return graph.Constant("diagonal", DataType.Bool, [m.Size, m.Size], ConstantData.Of(new ReadOnlyMemory<byte>(mask)));
        }

        GraphValue columns = graph.Range(0, m, 1);
        GraphValue rows = offset == 0 ? columns : graph.Add("Add", [columns, graph.Integers(offset)], DataType.Int64, [m]);
        return graph.Add("Equal", [columns, graph.Unsqueeze(rows, 1)], DataType.Bool, [m, m]);
    }

    /// <summary>A value with two of its axes last and in a row, and where in that row the diagonal is.</summary>
    private sealed record Plane(GraphValue Flat, GraphValue Places, int[] Order)
    {
        public static Plane Of(Operation operation, long offset, int dim1, int dim2, GraphBuilder graph)
        {
            GraphValue x = operation.Input;
            int row = operation.Axis("dim1", x.Rank, dim1);
            int column = operation.Axis("dim2", x.Rank, dim2);
            int[] order = [.. Enumerable.Range(0, x.Rank).Where(axis => axis != row && axis != column), row, column];
            (Dimension m, Dimension n) = (x.Shape[row], x.Shape[column]);

            Dimension below = offset < 0 ? m + offset : m;
            Dimension beside = offset > 0 ? n - offset : n;
            Dimension difference = below - beside;
            if (!difference.IsStatic)
            {
                throw operation.Unsupported($"how long the diagonal of [{m}, {n}] is depends on the size of a dynamic axis", "Take it of a square matrix, or make the axes static");
            }

            Dimension length = difference.Size <= 0 ? below : beside;
            length = length.IsStatic ? Math.Max(0, length.Size) : length;
            GraphValue flat = graph.Reshape(graph.Transpose(x, order), [.. order[..^2].Select(axis => x.Shape[axis]), m * n]);
            return new(flat, graph.Range(offset >= 0 ? offset : n * -offset, length, n + 1), order);
        }
    }
}
