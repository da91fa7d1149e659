using System.Text.RegularExpressions;

namespace OnnxInit.Contracts.Onnx;

/// <summary>How many multiply-adds a node makes.</summary>
internal static partial class MultiplyAdds
{
    // Holds a graph that runs once or often, or computes inside what other operators would show.
    private static readonly HashSet<string> Composed = ["If", "Loop", "Scan", "SequenceMap", "Attention"];

    /// <summary>The number for one node; 0 where its operator is none of those that are counted, null where it cannot be known.</summary>
    /// <param name="node">The node.</param>
    /// <param name="shapes">The shapes of the graph's values.</param>
    public static long? Of(NodeProto node, ValueShapes shapes)
    {
        if (node.Domain is not ("" or "ai.onnx") || Composed.Contains(node.OpType))
        {
            return null;
        }

        return node.OpType switch
        {
            "Conv" or "ConvInteger" or "DeformConv" => Output() * Rest(1, 1), // W [M, C / group, k...]
            "QLinearConv" => Output() * Rest(3, 1),
            "ConvTranspose" => Rest(0, 0) * Rest(1, 1), // W [C, M / group, k...]: every element of the input goes to so many of the output
            "Gemm" => Output() * (Shape(0) is [var rows, var columns] ? (Integer("transA") != 0 ? rows : columns) : null),
            "MatMul" or "MatMulInteger" or "QLinearMatMul" => Output() * (Shape(0) is [.., var inner] ? inner : null), // A [..., n, K]
            "RNN" or "GRU" or "LSTM" => Shape(0) is [var steps, var batch, _] ? steps * batch * (Rest(1, 0) + Rest(2, 0)) : null, // W and R are used whole in every step
            "Einsum" => node.Input.Count == 1 ? 0 : Einsum(),
            _ => 0,
        };

        long[]? Shape(int input) => input < node.Input.Count ? shapes.Shape(node.Input[input]) : null;

        long? Output() => shapes.Count(node.Output[0]);

        // The product of the sizes from an axis on.
        long? Rest(int input, int axis) => Shape(input)?.Skip(axis).Aggregate(1L, (product, size) => product * size);

        long Integer(string name) => node.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.I ?? 0;

        // One for every combination of the labels of two operands; of more, the order in which they are multiplied decides.
        long? Einsum()
        {
            string equation = node.Attribute.FirstOrDefault(attribute => attribute.Name == "equation")?.S.ToStringUtf8().Replace(" ", string.Empty, StringComparison.Ordinal) ?? string.Empty;
            string[] operands = equation.Split("->")[0].Split(',');
            if (operands.Length != 2 || node.Input.Count != 2 || !operands.All(operand => Labels().IsMatch(operand)))
            {
                return null;
            }

            Dictionary<char, long> sizes = [];
            for (int i = 0; i < 2; i++)
            {
                if (Shape(i) is not { } shape || shape.Length != operands[i].Length)
                {
                    return null;
                }

                foreach ((char label, long size) in operands[i].Zip(shape))
                {
                    sizes[label] = Math.Max(sizes.GetValueOrDefault(label), size);
                }
            }

            return sizes.Values.Aggregate(1L, (product, size) => product * size);
        }
    }

    [GeneratedRegex("^[A-Za-z]*$")]
    private static partial Regex Labels();
}
