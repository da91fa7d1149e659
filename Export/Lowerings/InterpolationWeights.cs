using static TorchSharp.torch;

namespace OnnxInit.Export.Lowerings;

/// <summary>Interpolation along one axis as the matrix that it is.</summary>
internal static class InterpolationWeights
{
    /// <summary>The matrix [in, out] of linear or cubic interpolation, as PyTorch computes it.</summary>
    /// <param name="request">The resize.</param>
    /// <param name="axis">A static axis of it.</param>
    public static AxisMatrix Of(ResizeRequest request, ResizedAxis axis)
    {
        long input = axis.Input.Size;
        long output = axis.Output.Size;
        bool cubic = request.Mode == InterpolationMode.Bicubic;
        double scale = request.AlignCorners ? (output > 1 ? (double)(input - 1) / (output - 1) : 0) : 1 / axis.Factor!.Value;
        AxisMatrix weights = new(input, output);
        for (int o = 0; o < output; o++)
        {
            double place = request.AlignCorners ? o * scale : (scale * (o + 0.5)) - 0.5;
            if (request.Antialias)
            {
                Antialias(weights, o, scale, place + 0.5, cubic);
            }
            else if (cubic)
            {
                long first = (long)Math.Floor(place) - 1;
                for (long i = first; i < first + 4; i++)
                {
                    weights[Math.Clamp(i, 0, input - 1), o] += Cubic(place - i, -0.75);
                }
            }
            else
            {
                place = Math.Max(place, 0);
                long before = Math.Min((long)place, input - 1);
                double part = Math.Min(place - before, 1);
                weights[before, o] += 1 - part;
                weights[Math.Min(before + 1, input - 1), o] += part;
            }
        }

        return weights;
    }

    // The filter stretched over all elements that an output covers, its weights made to sum to 1.
    private static void Antialias(AxisMatrix weights, int output, double scale, double center, bool cubic)
    {
        double stretch = Math.Max(scale, 1);
        double support = (cubic ? 2 : 1) * stretch;
        long first = Math.Max((long)(center - support + 0.5), 0);
        long end = Math.Min((long)(center + support + 0.5), weights.Input);
        double total = 0;
        for (long i = first; i < end; i++)
        {
            double distance = (i - center + 0.5) / stretch;
            weights[i, output] = cubic ? Cubic(distance, -0.5) : Math.Max(1 - Math.Abs(distance), 0);
            total += weights[i, output];
        }

        for (long i = first; i < end; i++)
        {
            weights[i, output] /= total;
        }
    }

    // Keys' cubic convolution kernel.
    private static double Cubic(double distance, double a) => Math.Abs(distance) switch
    {
        <= 1 and var t => ((((a + 2) * t) - (a + 3)) * t * t) + 1,
        < 2 and var t => a * ((((t - 5) * t + 8) * t) - 4),
        _ => 0,
    };
}
