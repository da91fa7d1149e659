using OnnxInit.Export.Graph;
using static TorchSharp.torch;

namespace OnnxInit.Export.Lowerings;

/// <summary>What a resize is to do.</summary>
/// <param name="Mode">How values between elements are found.</param>
/// <param name="Axes">The spatial axes.</param>
/// <param name="AlignCorners">Whether the first and last elements of input and output lie at the same places.</param>
/// <param name="Antialias">Whether shrinking averages over all elements that an output covers.</param>
/// <param name="OuterShape">The sizes of the axes before.</param>
internal sealed record ResizeRequest(InterpolationMode Mode, IReadOnlyList<ResizedAxis> Axes, bool AlignCorners, bool Antialias, IReadOnlyList<Dimension> OuterShape)
{
    /// <summary>The attributes of Resize that say so.</summary>
    public (string Name, object Value)[] Attributes => Mode switch
    {
        InterpolationMode.Nearest => [("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")],
        InterpolationMode.NearestExact => [("mode", "nearest"), ("coordinate_transformation_mode", "half_pixel"), ("nearest_mode", "round_prefer_ceil")],
        InterpolationMode.Bicubic => [("mode", "cubic"), Places, ("cubic_coeff_a", Antialias ? -0.5f : -0.75f), .. Antialiasing],
        _ => [("mode", "linear"), Places, .. Antialiasing],
    };

    private (string Name, object Value) Places => ("coordinate_transformation_mode", AlignCorners ? "align_corners" : "half_pixel");

    private (string Name, object Value)[] Antialiasing => Antialias ? [("antialias", 1L), ("exclude_outside", 1L)] : [];

    /// <summary>Whether Resize, dividing by a float32 scale, chooses the elements that PyTorch does, multiplying with the inverse. Of a dynamic axis, whether it does up to 4,096 elements.</summary>
    /// <param name="axis">A spatial axis.</param>
    public bool FindsTheSameNeighbours(ResizedAxis axis)
    {
        if (axis.IsUnchanged)
        {
            return true;
        }

        if (!axis.IsStatic && axis.Factor is null)
        {
            return false;
        }

        float scale = axis.IsStatic && axis.IsRatio ? (float)axis.Output.Size / axis.Input.Size : (float)axis.Factor!.Value;
        long input = axis.IsStatic ? axis.Input.Size : (long)(4096 / scale);
        ResizedAxis tried = axis.IsStatic ? axis : axis with { Input = input, Output = (long)(input * scale) };
        return Enumerable.Range(0, (int)tried.Output.Size).All(place => tried.Neighbour(place, Mode) == Math.Clamp(Resized(place), 0, input - 1));

        long Resized(long place) => Mode == InterpolationMode.Nearest ? (long)MathF.Floor(place / scale) : (long)MathF.Round(((place + 0.5f) / scale) - 0.5f, MidpointRounding.AwayFromZero);
    }
}

/// <summary>One axis of a resize.</summary>
/// <param name="Input">Its size before.</param>
/// <param name="Output">Its size after.</param>
/// <param name="Given">The scale factor, where one was given.</param>
/// <param name="UsesGiven">Whether places are found with it, and not with the ratio of the sizes.</param>
internal sealed record ResizedAxis(Dimension Input, Dimension Output, double? Given, bool UsesGiven)
{
    /// <summary>Whether both sizes are numbers.</summary>
    public bool IsStatic => Input.IsStatic && Output.IsStatic;

    /// <summary>Whether places are found with the ratio of the sizes, or a factor that is the same.</summary>
    public bool IsRatio => Given is null || !UsesGiven || (IsStatic && Given * Input.Size == Output.Size) || (!IsStatic && double.IsInteger(Given.Value));

    /// <summary>Whether the axis stays as it is.</summary>
    public bool IsUnchanged => Input == Output && !Input.IsUnknown && IsRatio;

    /// <summary>Output through input as far as it is the same for every size; null where it is not known.</summary>
    public double? Factor => IsStatic ? (IsRatio ? (double)Output.Size / Input.Size : Given)
        : Given is { } given && (UsesGiven || double.IsInteger(given)) ? given
        : Output.TryDivide(Input, out Dimension ratio) && ratio.IsStatic ? ratio.Size : null;

    /// <summary>Whether Resize, given a float32 scale, rounds to the size that PyTorch has.</summary>
    /// <param name="scale">The scale.</param>
    public bool IsSizeOf(float scale) => !IsStatic || (long)(scale * Input.Size) == Output.Size;

    /// <summary>PyTorch's nearest element: floor(place * scale) or floor((place + 0.5) * scale), in float32, and at most the last.</summary>
    /// <param name="place">The place in the output.</param>
    /// <param name="mode">Nearest or NearestExact.</param>
    public long Neighbour(long place, InterpolationMode mode)
    {
        float scale = IsRatio ? (float)Input.Size / Output.Size : (float)(1 / Given!.Value);
        return Math.Min((long)MathF.Floor((mode == InterpolationMode.Nearest ? place : place + 0.5f) * scale), Input.Size - 1);
    }
}
