using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Sums of products over named axes.</summary>
internal static class EinsumLowerings
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";

    public static void Register(LoweringRegistry registry) => registry
        .Add("einsum", Einsum)
        .Add("tensordot", TensorDot);

    /// <summary>y = sum of a b over pairs of axes, the rest of a's axes before the rest of b's; Einsum, https://onnx.ai/onnx/operators/onnx__Einsum.html.</summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="a">The left factor.</param>
    /// <param name="b">The right factor.</param>
    /// <param name="left">Axes of a; 0 or above.</param>
    /// <param name="right">The axes of b that they are paired with; 0 or above.</param>
    public static GraphValue Contract(GraphBuilder graph, GraphValue a, GraphValue b, IReadOnlyList<int> left, IReadOnlyList<int> right)
    {
        char[] first = Letters[..a.Rank].ToCharArray();
        char[] second = Letters.Substring(a.Rank, b.Rank).ToCharArray();
        for (int i = 0; i < left.Count; i++)
        {
            second[right[i]] = first[left[i]];
        }

        string result = new([.. first.Where(letter => !second.Contains(letter)), .. second.Where(letter => !first.Contains(letter))]);
        return Sum(graph, [a, b], [new(first), new(second)], result);
    }

    /// <summary>y = sum of products as an equation says, such as <c>bij,bjk-&gt;bik</c>; letters that an operand repeats are its diagonal; Einsum, https://onnx.ai/onnx/operators/onnx__Einsum.html.</summary>
    private static GraphValue Einsum(Operation operation, GraphBuilder graph)
    {
        GraphValue[] operands = [.. operation.Tensors("tensors", "operands")];
        string equation = string.Concat(((string)operation.Find("equation", "input")!).Where(letter => !char.IsWhiteSpace(letter)));
        string[] sides = equation.Split("->");
        string[] terms = sides[0].Split(',');

        // "..." becomes letters, as many as the operand has axes left, aligned at the end.
        int[] hidden = [.. terms.Select((term, i) => term.Contains("...", StringComparison.Ordinal) ? operands[i].Rank - (term.Length - 3) : 0)];
        string used = equation;
        string unused = string.Concat((Letters + Letters.ToUpperInvariant()).Where(letter => !used.Contains(letter, StringComparison.Ordinal)));
        string ellipsis = unused[..hidden.Max()];
        terms = [.. terms.Select((term, i) => term.Replace("...", ellipsis[(ellipsis.Length - hidden[i])..], StringComparison.Ordinal))];
        string result = sides.Length > 1
            ? sides[1].Replace("...", ellipsis, StringComparison.Ordinal)
            : ellipsis + string.Concat(string.Concat(terms).GroupBy(letter => letter).Where(group => group.Count() == 1 && !ellipsis.Contains(group.Key, StringComparison.Ordinal)).Select(group => group.Key).Order());

        for (int i = 0; i < terms.Length; i++)
        {
            (operands[i], terms[i]) = Diagonal(graph, operands[i], terms[i]);
        }

        // Lower case in the order of appearance, which every runtime takes.
        string letters = string.Concat(string.Concat(terms).Distinct());
        return Sum(graph, operands, [.. terms.Select(Renamed)], Renamed(result));

        string Renamed(string term) => letters.Length > Letters.Length
            ? throw operation.Unsupported($"the equation has {letters.Length} letters", $"Use {Letters.Length} at most")
            : string.Concat(term.Select(letter => Letters[letters.IndexOf(letter, StringComparison.Ordinal)]));
    }

    /// <summary>y = sum of a b over pairs of axes, or the last of a and the first of b; Einsum, https://onnx.ai/onnx/operators/onnx__Einsum.html.</summary>
    private static GraphValue TensorDot(Operation operation, GraphBuilder graph)
    {
        (GraphValue a, GraphValue b) = (operation.Tensor(0), operation.Tensor(1));
        if (operation.Find("dims1") is not null)
        {
            return Contract(graph, a, b, From(operation.Integers("dims1")!, a), From(operation.Integers("dims2")!, b));
        }

        if (operation.Find("dims") is null or Dimension)
        {
            int count = (int)operation.Integer("dims", 2);
            return Contract(graph, a, b, [.. Enumerable.Range(a.Rank - count, count)], [.. Enumerable.Range(0, count)]);
        }

        long[] pairs = operation.Integers("dims")!;
        return Contract(graph, a, b, From([.. pairs.Where((_, i) => i % 2 == 0)], a), From([.. pairs.Where((_, i) => i % 2 != 0)], b));

        static int[] From(long[] axes, GraphValue value) => [.. axes.Select(axis => (int)(axis < 0 ? axis + value.Rank : axis))];
    }

    // An axis of size 1 goes with any size, which ONNX does not say of letters: it is dropped where another operand has the letter with another size.
    private static GraphValue Sum(GraphBuilder graph, GraphValue[] operands, string[] terms, string result)
    {
        Dictionary<char, Dimension> sizes = [];
        foreach ((GraphValue operand, string term) in operands.Zip(terms))
        {
            for (int axis = 0; axis < operand.Rank; axis++)
            {
                sizes[term[axis]] = sizes.GetValueOrDefault(term[axis], 1) == 1 ? operand.Shape[axis] : sizes[term[axis]];
            }
        }

        for (int i = 0; i < operands.Length; i++)
        {
            (GraphValue operand, string term) = (operands[i], terms[i]);
            int[] dropped = [.. Enumerable.Range(0, operand.Rank).Where(axis => operand.Shape[axis] == 1 && sizes[term[axis]] != 1)];
            operands[i] = graph.Squeeze(operand, dropped);
            terms[i] = string.Concat(term.Where((_, axis) => !dropped.Contains(axis)));
        }

        DataType type = MatrixLowerings.Computable(operands[0].Type);
        GraphValue sum = graph.Add(
            "Einsum", operands.Select(operand => graph.Cast(operand, type)), type, result.Select(letter => sizes[letter]), [("equation", $"{string.Join(',', terms)}->{result}")]);
        return graph.Cast(sum, operands[0].Type);
    }

    // The sum over one of two equal letters, of what is on their diagonal.
    private static (GraphValue Operand, string Term) Diagonal(GraphBuilder graph, GraphValue operand, string term)
    {
        for (int second = 1; second < term.Length; second++)
        {
            int first = term.IndexOf(term[second], StringComparison.Ordinal);
            if (first == second)
            {
                continue;
            }

            DataType type = MatrixLowerings.Computable(operand.Type);
            GraphValue wide = graph.Cast(operand, type);
            GraphValue mask = Positions.Compare(graph, "Equal", operand.Shape[first]);
            mask = graph.Unsqueeze(mask, [.. Enumerable.Range(1, second - first - 1), .. Enumerable.Range(second - first + 1, operand.Rank - 1 - second)]);
            GraphValue diagonal = Reduction.Where(graph, mask, wide, graph.Scalar(0.0, type));
            operand = graph.Cast(Reduction.Over(graph, "ReduceSum", diagonal, [second]), operand.Type);
            term = term.Remove(second--, 1);
        }

        return (operand, term);
    }
}
