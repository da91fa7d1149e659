using static OnnxInit.Export.Graph.Operators.ElementTypeSet;

namespace OnnxInit.Export.Graph.Operators;

/// <summary>Operators that sample between elements: resize, grid sample.</summary>
internal static class SamplingOperators
{
    private const string Modes = "string? coordinate_transformation_mode, float? cubic_coeff_a, int? exclude_outside, float? extrapolation_value, string? mode, string? nearest_mode";
    private const string Grid = "int? align_corners, string? mode, string? padding_mode";

    public static IEnumerable<OperatorSchema> All =>
    [
        new("Resize", 13, $"(T1 X, T2? roi, float? scales, int64? sizes; {Modes}) -> T1 Y", Resize, ("T1", Any | BFloat16), ("T2", Floats)),
        .. from since in (int[])[18, 19]
           select new OperatorSchema("Resize", since, $"(T1 X, T2? roi, float? scales, int64? sizes; int? antialias, ints? axes, string? keep_aspect_ratio_policy, {Modes}) -> T1 Y", Resize, ("T1", Any | BFloat16), ("T2", Floats)),
        new("Upsample", 10, "(T X, float scales; string? mode) -> T Y", Shapes.First, ("T", Any)) { Withdrawn = "Resize" },
        new("GridSample", 16, $"(T1 X, T1 grid; {Grid}) -> T2 Y", GridSample, ("T1", Any), ("T2", Floats)) { ResultType = call => call[0].Type },
        new("GridSample", 20, $"(T1 X, T2 grid; {Grid}) -> T1 Y", GridSample, ("T1", Any), ("T2", Floats)),
        new("AffineGrid", 20, "(T1 theta, int64 size; int? align_corners) -> T1 grid", AffineGrid, ("T1", Floats | BFloat16)),
    ];

    private static Dimension[] Resize(OperatorCall call, int output)
    {
        Dimension[] shape = [.. call.Shape(0)];
        int[] axes = call.Ints("axes") is { } given ? call.Axes(given, shape.Length) : [.. Enumerable.Range(0, shape.Length)];
        bool byScales = IsGiven(call, 2);
        if (byScales == IsGiven(call, 3))
        {
            throw call.Error("wants either scales or sizes");
        }

        int count = call.Length(byScales ? 2 : 3) ?? axes.Length;
        if (count != axes.Length)
        {
            throw call.Error($"wants {axes.Length} {(byScales ? "scales" : "sizes")} for {call[0]}, and is given {count}");
        }

        float[]? scales = byScales ? call.Floats(2) : null;
        IReadOnlyList<Dimension>? sizes = byScales || call.Text("keep_aspect_ratio_policy", "stretch") != "stretch" ? null : call.Contents(3);
        for (int i = 0; i < axes.Length; i++)
        {
            shape[axes[i]] = scales is not null ? Scaled(shape[axes[i]], scales[i]) : sizes is not null ? sizes[i] : Dimension.Unknown;
        }

        return shape;
    }

    // An empty vector is one left out.
    private static bool IsGiven(OperatorCall call, int input) => call.Optional(input) is { } value && !(value.Shape is [var size] && size == 0);

    // floor(x scale), in float32 as ONNX computes it.
    private static Dimension Scaled(Dimension size, float scale) =>
        size.IsStatic ? (long)MathF.Floor(size.Size * scale)
        : float.IsInteger(scale) ? size * (long)scale
        : float.IsInteger(1 / scale) && float.IsPow2(scale) ? Sizes.FloorDivide(size, (long)(1 / scale))
        : Dimension.Unknown;

    // [N, C, ...], grid [N, out..., axes] -> [N, C, out...]
    private static Dimension[] GridSample(OperatorCall call, int output)
    {
        call.DemandRank(0, 3);
        call.DemandRank(1, call.Rank(0), call.Rank(0));
        (IReadOnlyList<Dimension> data, IReadOnlyList<Dimension> grid) = (call.Shape(0), call.Shape(1));
        return [Sizes.Merge(data[0], grid[0]) ?? throw call.Error($"wants a grid for each of the batch, and is given {call[0]} and {call[1]}"), data[1], .. grid.Skip(1).Take(grid.Count - 2)];
    }

    // theta [N, k, k + 1], size [N, C, ...] -> [N, ..., k], k axes
    private static Dimension[]? AffineGrid(OperatorCall call, int output)
    {
        call.DemandRank(0, 3, 3);
        if (call.Length(1) is not { } length)
        {
            return null;
        }

        IReadOnlyList<Dimension> size = call.Contents(1) ?? Sizes.Unknown(length);
        return [Sizes.Merge(call.Shape(0)[0], size[0]) ?? throw call.Error($"is given {call[0]} for a batch of {size[0]}"), .. size.Skip(2), length - 2];
    }
}
