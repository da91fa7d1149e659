using OnnxInit.Contracts.Onnx;

namespace OnnxInit.Inference.Quantization.Int8;

/// <summary>A layer's weights as int8, -127 to 127, with a scale for every output channel, and its bias as int32 in units of input scale times weight scale.</summary>
/// <param name="Weights">In the weight's own order.</param>
/// <param name="Scales">One per output channel.</param>
/// <param name="Bias">One per output channel; null where the layer has none.</param>
/// <param name="BiasScales">One per output channel.</param>
internal sealed record WeightParameters(sbyte[] Weights, float[] Scales, int[]? Bias, float[] BiasScales)
{
    private const int Largest = 127;

    /// <summary>Half of what int32 holds: the other half is for the sum of products.</summary>
    private const double LargestBias = 1 << 30;

    /// <summary>Rounds a layer.</summary>
    /// <param name="weight">The weight, float32.</param>
    /// <param name="axis">The axis of the output channels.</param>
    /// <param name="bias">The bias; null where there is none.</param>
    /// <param name="inputScale">The scale of the layer's input.</param>
    public static WeightParameters Of(TensorProto weight, int axis, float[]? bias, float inputScale)
    {
        float[] values = TensorData.Floats(weight);
        int channels = (int)weight.Dims[axis];
        long inner = weight.Dims.Skip(axis + 1).Aggregate(1L, (product, size) => product * size);
        double[] largest = new double[channels];
        for (int i = 0; i < values.Length; i++)
        {
            ref double channel = ref largest[i / inner % channels];
            channel = Math.Max(channel, Math.Abs((double)values[i]));
        }

        float[] scales = [.. largest.Select((value, channel) => Scale(value / Largest, Math.Abs((double)(bias?[channel] ?? 0)) / inputScale / LargestBias))];
        sbyte[] weights = [.. values.Select((value, i) => (sbyte)Math.Clamp(Math.Round((double)value / scales[i / inner % channels]), -Largest, Largest))];
        float[] biasScales = [.. scales.Select(scale => inputScale * scale)];
        return new(weights, scales, bias is null ? null : [.. bias.Select((value, channel) => (int)Math.Round((double)value / biasScales[channel]))], biasScales);
    }

    // A channel of tiny weights has a tiny scale, in which its bias may not fit: the scale then is the one in which it does.
    private static float Scale(double ofWeights, double ofBias) => (float)Math.Max(ofWeights, ofBias) is { } scale && float.IsNormal(scale) ? scale : 1;
}
