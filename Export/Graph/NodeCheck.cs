using OnnxInit.Export.Graph.Operators;

namespace OnnxInit.Export.Graph;

/// <summary>Whether a node is what its operator allows, and its results what follow from its inputs.</summary>
internal static class NodeCheck
{
    /// <summary>What a node's results are; null where it breaks the operator's rules, which is noted.</summary>
    public static ValueInfo?[]? Infer(GraphNode node, GraphValue?[] inputs, int opset, List<string> problems)
    {
        if (!OperatorTable.IsKnown(node.OpType))
        {
            problems.Add($"node '{node.Name}': '{node.OpType}' is no operator that we know");
            return null;
        }

        try
        {
            return OperatorInference.TryInfer(node.OpType, opset, inputs, node.Attributes, node.Outputs.Count);
        }
        catch (InvalidOperationException exception)
        {
            problems.Add($"node '{node.Name}': {exception.Message.TrimEnd('.')}");
            return null;
        }
    }

    /// <summary>Holds a result against what was inferred, and gives it with all that is known of it.</summary>
    public static GraphValue Compare(GraphNode node, GraphValue declared, ValueInfo inferred, List<string> problems)
    {
        if (declared.Type != inferred.Type || !Agree(declared.Shape, inferred.Shape))
        {
            problems.Add($"node '{node.Name}' declares {declared}, and {node.OpType} gives {inferred.Type.Name()}[{string.Join(", ", inferred.Shape)}]");
        }
        else if (declared.Contents is not null && inferred.Contents is not null && !Agree(declared.Contents, inferred.Contents))
        {
            problems.Add($"node '{node.Name}' declares that {declared.Name} holds [{string.Join(", ", declared.Contents)}], and it holds [{string.Join(", ", inferred.Contents)}]");
        }

        return declared.Contents is null && inferred.Contents is not null ? declared with { Contents = inferred.Contents } : declared;
    }

    /// <summary>Whether two shapes can be the same: as many axes, none of which is certain to differ in size.</summary>
    public static bool Agree(IReadOnlyList<Dimension> left, IReadOnlyList<Dimension> right)
    {
        if (ReferenceEquals(left, right))
        {
            return true;
        }

        if (left.Count != right.Count)
        {
            return false;
        }

        for (int i = 0; i < left.Count; i++)
        {
            if (left[i] != right[i] && (Sizes.IsAtLeast(left[i], right[i] + 1) || Sizes.IsAtLeast(right[i], left[i] + 1)))
            {
                return false;
            }
        }

        return true;
    }
}
