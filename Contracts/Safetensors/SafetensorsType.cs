namespace OnnxInit.Contracts.Safetensors;

/// <summary>The element types of a safetensors file, in the order in which the reference implementation sorts them.</summary>
/// <remarks>Source: https://github.com/huggingface/safetensors/blob/main/safetensors/src/tensor.rs, <c>enum Dtype</c>.</remarks>
public enum SafetensorsType
{
    /// <summary><c>BOOL</c>, 1 byte: 0 or 1.</summary>
    Bool,

    /// <summary><c>U8</c>, 1 byte.</summary>
    UInt8,

    /// <summary><c>I8</c>, 1 byte.</summary>
    Int8,

    /// <summary><c>F8_E5M2</c>, 1 byte: 5 exponent and 2 mantissa bits.</summary>
    Float8E5M2,

    /// <summary><c>F8_E4M3</c>, 1 byte: 4 exponent and 3 mantissa bits, no infinities.</summary>
    Float8E4M3,

    /// <summary><c>I16</c>, 2 bytes.</summary>
    Int16,

    /// <summary><c>U16</c>, 2 bytes.</summary>
    UInt16,

    /// <summary><c>F16</c>, 2 bytes: IEEE 754 binary16.</summary>
    Float16,

    /// <summary><c>BF16</c>, 2 bytes: the upper half of a float32.</summary>
    BFloat16,

    /// <summary><c>I32</c>, 4 bytes.</summary>
    Int32,

    /// <summary><c>U32</c>, 4 bytes.</summary>
    UInt32,

    /// <summary><c>F32</c>, 4 bytes: IEEE 754 binary32.</summary>
    Float32,

    /// <summary><c>F64</c>, 8 bytes: IEEE 754 binary64.</summary>
    Float64,

    /// <summary><c>I64</c>, 8 bytes.</summary>
    Int64,

    /// <summary><c>U64</c>, 8 bytes.</summary>
    UInt64,
}
