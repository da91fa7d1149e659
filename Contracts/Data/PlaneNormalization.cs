using System.Numerics;
using System.Runtime.InteropServices;

namespace OnnxInit.Contracts.Data;

/// <summary>
/// y = pixel * scale + offset over one plane, in the machine's vectors. The product and the sum are separate operations, never a fused
/// one, so that every width gives the bits of the scalar loop.
/// </summary>
internal static class PlaneNormalization
{
    public static void Apply(ReadOnlySpan<byte> pixels, Span<float> destination, float scale, float offset)
    {
        ReadOnlySpan<Vector<byte>> blocks = MemoryMarshal.Cast<byte, Vector<byte>>(pixels);
        int done = blocks.Length * Vector<byte>.Count;
        Span<Vector<float>> results = MemoryMarshal.Cast<float, Vector<float>>(destination[..done]);
        Vector<float> scales = new(scale);
        Vector<float> offsets = new(offset);
        for (int i = 0; i < blocks.Length; i++)
        {
            Vector.Widen(blocks[i], out Vector<ushort> lower, out Vector<ushort> upper);
            Vector.Widen(lower, out Vector<uint> first, out Vector<uint> second);
            Vector.Widen(upper, out Vector<uint> third, out Vector<uint> fourth);
            results[4 * i] = (Vector.ConvertToSingle(first.As<uint, int>()) * scales) + offsets;
            results[(4 * i) + 1] = (Vector.ConvertToSingle(second.As<uint, int>()) * scales) + offsets;
            results[(4 * i) + 2] = (Vector.ConvertToSingle(third.As<uint, int>()) * scales) + offsets;
            results[(4 * i) + 3] = (Vector.ConvertToSingle(fourth.As<uint, int>()) * scales) + offsets;
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
}
