namespace OnnxInit.Inference.Quantization;

/// <summary>What a float32 model is made into.</summary>
public enum QuantizationTarget
{
    /// <summary>float16 weights and activations: half the size, nearly the same numbers; as fast as the device is in float16, and on a CPU without it as float32.</summary>
    Fp16,

    /// <summary>8-bit integers: a quarter of the size, and fast on every CPU with integer dot products.</summary>
    Int8,
}
