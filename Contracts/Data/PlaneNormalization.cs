using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OnnxInit.Contracts.Data;

/// <summary>
/// y = pixel * scale + offset over one plane, in the widest vectors of the machine. The product and the sum are separate operations,
/// never a fused one, so that every width gives the bits of the scalar loop.
/// </summary>
internal static class PlaneNormalization
{
    public static void Apply(ReadOnlySpan<byte> pixels, Span<float> destination, float scale, float offset)
    {
        int done = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            done = Apply512(pixels, destination, scale, offset);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            done = Apply256(pixels, destination, scale, offset);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            done = Apply128(pixels, destination, scale, offset);
        }

        ApplyScalar(pixels[done..], destination[done..], scale, offset);
    }

    internal static void ApplyScalar(ReadOnlySpan<byte> pixels, Span<float> destination, float scale, float offset)
    {
        for (int i = 0; i < pixels.Length; i++)
        {
            float product = pixels[i] * scale;
            destination[i] = product + offset;
        }
    }

    /// <returns>How many pixels are done, a multiple of the vector's length.</returns>
    internal static int Apply512(ReadOnlySpan<byte> pixels, Span<float> destination, float scale, float offset)
    {
        Vector512<float> scales = Vector512.Create(scale);
        Vector512<float> offsets = Vector512.Create(offset);
        ReadOnlySpan<Vector512<byte>> blocks = MemoryMarshal.Cast<byte, Vector512<byte>>(pixels);
        Span<Vector512<float>> results = MemoryMarshal.Cast<float, Vector512<float>>(destination[..(blocks.Length * Vector512<byte>.Count)]);
        for (int i = 0; i < blocks.Length; i++)
        {
            (Vector512<ushort> lower, Vector512<ushort> upper) = Vector512.Widen(blocks[i]);
            (Vector512<uint> first, Vector512<uint> second) = Vector512.Widen(lower);
            (Vector512<uint> third, Vector512<uint> fourth) = Vector512.Widen(upper);
            results[4 * i] = (Vector512.ConvertToSingle(first.AsInt32()) * scales) + offsets;
            results[(4 * i) + 1] = (Vector512.ConvertToSingle(second.AsInt32()) * scales) + offsets;
            results[(4 * i) + 2] = (Vector512.ConvertToSingle(third.AsInt32()) * scales) + offsets;
            results[(4 * i) + 3] = (Vector512.ConvertToSingle(fourth.AsInt32()) * scales) + offsets;
        }

        return blocks.Length * Vector512<byte>.Count;
    }

    /// <returns>How many pixels are done, a multiple of the vector's length.</returns>
    internal static int Apply256(ReadOnlySpan<byte> pixels, Span<float> destination, float scale, float offset)
    {
        Vector256<float> scales = Vector256.Create(scale);
        Vector256<float> offsets = Vector256.Create(offset);
        ReadOnlySpan<Vector256<byte>> blocks = MemoryMarshal.Cast<byte, Vector256<byte>>(pixels);
        Span<Vector256<float>> results = MemoryMarshal.Cast<float, Vector256<float>>(destination[..(blocks.Length * Vector256<byte>.Count)]);
        for (int i = 0; i < blocks.Length; i++)
        {
            (Vector256<ushort> lower, Vector256<ushort> upper) = Vector256.Widen(blocks[i]);
            (Vector256<uint> first, Vector256<uint> second) = Vector256.Widen(lower);
            (Vector256<uint> third, Vector256<uint> fourth) = Vector256.Widen(upper);
            results[4 * i] = (Vector256.ConvertToSingle(first.AsInt32()) * scales) + offsets;
            results[(4 * i) + 1] = (Vector256.ConvertToSingle(second.AsInt32()) * scales) + offsets;
            results[(4 * i) + 2] = (Vector256.ConvertToSingle(third.AsInt32()) * scales) + offsets;
            results[(4 * i) + 3] = (Vector256.ConvertToSingle(fourth.AsInt32()) * scales) + offsets;
        }

        return blocks.Length * Vector256<byte>.Count;
    }

    /// <returns>How many pixels are done, a multiple of the vector's length.</returns>
    internal static int Apply128(ReadOnlySpan<byte> pixels, Span<float> destination, float scale, float offset)
    {
        Vector128<float> scales = Vector128.Create(scale);
        Vector128<float> offsets = Vector128.Create(offset);
        ReadOnlySpan<Vector128<byte>> blocks = MemoryMarshal.Cast<byte, Vector128<byte>>(pixels);
        Span<Vector128<float>> results = MemoryMarshal.Cast<float, Vector128<float>>(destination[..(blocks.Length * Vector128<byte>.Count)]);
        for (int i = 0; i < blocks.Length; i++)
        {
            (Vector128<ushort> lower, Vector128<ushort> upper) = Vector128.Widen(blocks[i]);
            (Vector128<uint> first, Vector128<uint> second) = Vector128.Widen(lower);
            (Vector128<uint> third, Vector128<uint> fourth) = Vector128.Widen(upper);
            results[4 * i] = (Vector128.ConvertToSingle(first.AsInt32()) * scales) + offsets;
            results[(4 * i) + 1] = (Vector128.ConvertToSingle(second.AsInt32()) * scales) + offsets;
            results[(4 * i) + 2] = (Vector128.ConvertToSingle(third.AsInt32()) * scales) + offsets;
            results[(4 * i) + 3] = (Vector128.ConvertToSingle(fourth.AsInt32()) * scales) + offsets;
        }

        return blocks.Length * Vector128<byte>.Count;
    }
}
