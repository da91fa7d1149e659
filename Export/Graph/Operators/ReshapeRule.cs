namespace OnnxInit.Export.Graph.Operators;

/// <summary>The shape that Reshape gives.</summary>
internal static class ReshapeRule
{
    /// <summary>The sizes wanted; 0 keeps the size of the axis, one -1 takes what is left.</summary>
    public static Dimension[]? Shape(OperatorCall call, int output)
    {
        if (call.Contents(1) is not { } target)
        {
            return call.Length(1) is { } length ? Sizes.Unknown(length) : null;
        }

        IReadOnlyList<Dimension> shape = call.Shape(0);
        bool zeroKeeps = call.Int("allowzero") == 0;
        Dimension[] result = new Dimension[target.Count];
        List<Dimension> left = [.. shape];
        int inferred = -1;
        for (int axis = 0; axis < result.Length; axis++)
        {
            Dimension size = target[axis];
            if (size.IsStatic && size.Size == -1)
            {
                inferred = inferred < 0 ? axis : throw call.Error("takes one -1 in its shape, and there are more");
            }
            else if (size.IsStatic && size.Size == 0 && zeroKeeps)
            {
                result[axis] = axis < shape.Count ? shape[axis] : throw call.Error($"cannot keep the size of axis {axis} of {call[0]}");
                left[axis] = 1;
            }
            else
            {
                result[axis] = size.IsStatic && size.Size < 0 ? throw call.Error($"takes sizes, 0 and -1 as its shape, and there is {size}") : size;
            }
        }

        // What stands on both sides needs no division.
        Dimension others = 1;
        for (int axis = 0; axis < result.Length; axis++)
        {
            if (axis == inferred || (target[axis] == 0 && zeroKeeps))
            {
                continue;
            }

            int same = target[axis].IsUnknown || target[axis] == 0 ? -1 : left.IndexOf(target[axis]);
            if (same >= 0)
            {
                left[same] = 1;
            }
            else
            {
                others *= target[axis];
            }
        }

        Dimension all = Sizes.Product(left, 0, left.Count);
        bool fits = inferred >= 0 ? !all.IsStatic || !others.IsStatic || (others.Size != 0 && all.Size % others.Size == 0) : !Sizes.Differ(all, others);
        if (!fits)
        {
            throw call.Error($"cannot make {call[0]} into [{string.Join(", ", target)}]");
        }

        if (inferred >= 0)
        {
            result[inferred] = all.TryDivide(others, out Dimension rest) ? rest : Dimension.Unknown;
        }

        return result;
    }
}
