using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Lowerings;

/// <summary>
/// What an indexer does, in PyTorch's order: first ranges, single elements and new axes, which give a view; then tensors, which pick elements of the view.
/// </summary>
/// <param name="Ranges">The ranges of axes of the value.</param>
/// <param name="Singles">The axes of the value of which one element is taken, and its place.</param>
/// <param name="View">For each axis of the view, the axis of the value; null for a new one.</param>
/// <param name="Tensors">Places and masks, and the axis of the view that each begins at; a mask of several axes takes as many.</param>
internal sealed record IndexPlan(
    IReadOnlyList<AxisRange> Ranges, IReadOnlyList<(int Axis, Dimension? Place, GraphValue? Computed)> Singles, IReadOnlyList<int?> View,
    IReadOnlyList<(int Axis, GraphValue Index)> Tensors)
{
    /// <summary>Reads the arguments of an indexer.</summary>
    /// <param name="operation">The operation; its argument <c>indices</c> is a list of IndexArgument, of tensors, or of numbers.</param>
    /// <param name="graph">Where the nodes go.</param>
    public static IndexPlan Of(Operation operation, GraphBuilder graph)
    {
        IndexArgument[] indices = [.. ((object?[])operation.Find("indices")!).Select(Argument)];
        int rank = operation.Input.Rank;
        int named = indices.Sum(Consumed);
        List<AxisRange> ranges = [];
        List<(int, Dimension?, GraphValue?)> singles = [];
        List<int?> view = [];
        List<(int, GraphValue)> tensors = [];
        int axis = 0;
        foreach (IndexArgument index in indices)
        {
            switch (index.Kind)
            {
                case IndexKind.None or IndexKind.Null:
                    view.Add(null);
                    break;
                case IndexKind.Ellipsis:
                    for (int skipped = rank - named; skipped > 0; skipped--)
                    {
                        view.Add(axis++);
                    }

                    break;
                case IndexKind.Bool:
                    tensors.Add((view.Count, index.Start == (Dimension)1 ? graph.Integers(0) : graph.Integers()));
                    view.Add(null);
                    break;
                case IndexKind.Single:
                    singles.Add((axis++, index.Start, null));
                    break;
                case IndexKind.Slice:
                    ranges.Add(new(axis, index.Start, index.Stop, index.Step is { } step ? step.IsStatic ? step.Size
                        : throw operation.Unsupported($"the step {step} depends on the size of a dynamic axis", "Use a constant step") : 1));
                    view.Add(axis++);
                    break;
                default:
                    AddTensor(index.Tensor!);
                    break;
            }
        }

        while (axis < rank)
        {
            view.Add(axis++);
        }

        return new(ranges, singles, view, tensors);

        void AddTensor(GraphValue tensor)
        {
            if (tensor.Rank > 0)
            {
                tensors.Add((view.Count, tensor));
                for (int taken = Consumed(new(IndexKind.Tensor, Tensor: tensor)); taken > 0; taken--)
                {
                    view.Add(axis++);
                }
            }
            else if (Selection.IsMask(tensor))
            {
                tensors.Add((view.Count, graph.Unsqueeze(tensor, 0)));
                view.Add(null);
            }
            else
            {
                singles.Add((axis++, null, Selection.Places(tensor, graph)));
            }
        }
    }

    /// <summary>The view: ranges, single elements and new axes, but no tensors.</summary>
    /// <param name="x">The value.</param>
    /// <param name="graph">Where the nodes go.</param>
    public GraphValue ViewOf(GraphValue x, GraphBuilder graph)
    {
        GraphValue value = graph.Slice(x, Ranges);
        foreach ((int axis, Dimension? place, GraphValue? computed) in Singles.Reverse())
        {
            value = graph.Gather(value, computed ?? graph.SizeScalar(place!.Value), axis);
        }

        return graph.Unsqueeze(value, NewAxes);
    }

    /// <summary>The axes of the view that the value does not have.</summary>
    public int[] NewAxes => [.. Enumerable.Range(0, View.Count).Where(axis => View[axis] is null)];

    private static int Consumed(IndexArgument index) => index.Kind switch
    {
        IndexKind.Single or IndexKind.Slice => 1,
        IndexKind.Tensor => !Selection.IsMask(index.Tensor!) ? 1 : index.Tensor!.Rank,
        _ => 0,
    };

    private static IndexArgument Argument(object? index) => index switch
    {
        IndexArgument argument => argument,
        GraphValue tensor => new(IndexKind.Tensor, Tensor: tensor),
        Dimension place => new(IndexKind.Single, place),
        _ => new(IndexKind.Null),
    };
}
