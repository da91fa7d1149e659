using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training.Diagnostics;

/// <summary>Takes the entries of a tensor, block after block, in row-major order.</summary>
internal interface IBlockReader
{
    void Add(ReadOnlySpan<float> block);

    void Add(ReadOnlySpan<double> block);
}

/// <summary>
/// Shows a tensor to a reader without a copy where it is float32 or float64, contiguous and on the CPU; any other is converted block by block:
/// the memory does not grow with the tensor.
/// </summary>
internal static class TensorBlocks
{
    private const int ConvertedAtOnce = 1 << 16;

    // A span counts in int, and TorchSharp's counts bytes.
    private const int ShownAtOnce = 1 << 27;

    /// <summary>Reads a tensor to the end. float16, bfloat16 and float32 arrive as float, everything else as double.</summary>
    public static void Read(Tensor tensor, IBlockReader reader)
    {
        long count = tensor.NumberOfElements;
        ScalarType type = tensor.dtype;
        if (count > 0 && count <= ShownAtOnce && type is ScalarType.Float32 or ScalarType.Float64 && tensor.device_type == DeviceType.CPU && tensor.is_contiguous())
        {
            Show(tensor, type, reader);
        }
        else if (count > 0)
        {
            using IDisposable noGradient = no_grad();
            ReadInParts(tensor, reader);
        }
    }

    private static void Show(Tensor tensor, ScalarType type, IBlockReader reader)
    {
        ReadOnlySpan<byte> bytes = tensor.bytes;
        if (type == ScalarType.Float32)
        {
            reader.Add(MemoryMarshal.Cast<byte, float>(bytes));
        }
        else
        {
            reader.Add(MemoryMarshal.Cast<byte, double>(bytes));
        }

        GC.KeepAlive(tensor);
    }

    private static void ReadInParts(Tensor tensor, IBlockReader reader)
    {
        using DisposeScope scope = NewDisposeScope();
        long count = tensor.NumberOfElements;
        if (count <= ConvertedAtOnce)
        {
            ScalarType type = tensor.dtype is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 ? ScalarType.Float32 : ScalarType.Float64;
            Show(tensor.detach().to(type).cpu().contiguous(), type, reader);
            return;
        }

        long[] shape = tensor.shape;
        int axis = Array.FindIndex(shape, size => size > 1);
        bool shown = tensor.device_type == DeviceType.CPU && tensor.dtype is ScalarType.Float32 or ScalarType.Float64 && tensor.is_contiguous();
        long step = Math.Max(1, (shown ? ShownAtOnce : ConvertedAtOnce) / (count / shape[axis]));
        for (long start = 0; start < shape[axis]; start += step)
        {
            using Tensor part = tensor.narrow(axis, start, Math.Min(step, shape[axis] - start));
            Read(part, reader);
        }
    }
}
