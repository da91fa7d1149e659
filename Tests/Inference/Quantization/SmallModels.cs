using System.Runtime.InteropServices;
using OnnxInit.Contracts.Onnx;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Tests.Inference.Quantization;

/// <summary>Models small enough to read, and inputs for them.</summary>
internal static class SmallModels
{
    /// <summary>Every kind of operator with an integer kernel.</summary>
    public const string Residual =
        """
        graph g(x: float[N, 2, 4, 4]) -> logits: float[N, 3]
          const w1: float[2, 2, 3, 3]
          const b1: float[2] = [0.5, -0.5]
          const w2: float[2, 2, 3, 3]
          const w3: float[3, 4] = [1, -1, 0.5, 0.25, -2, 2, 1, 1, 3, 1, -1, 2]
          const b3: float[3] = [1, 2, 3]
          c1: float[N, 2, 4, 4] = Conv(x, w1, b1, pads=[1, 1, 1, 1])
          r1: float[N, 2, 4, 4] = Relu(c1)
          c2: float[N, 2, 4, 4] = Conv(r1, w2, pads=[1, 1, 1, 1])
          s: float[N, 2, 4, 4] = Add(c2, r1)
          r2: float[N, 2, 4, 4] = Relu(s)
          j: float[N, 4, 4, 4] = Concat(r2, c2, axis=1)
          p: float[N, 4, 2, 2] = MaxPool(j, kernel_shape=[2, 2], strides=[2, 2])
          g: float[N, 4, 1, 1] = GlobalAveragePool(p)
          f: float[N, 4] = Flatten(g)
          logits: float[N, 3] = Gemm(f, w3, b3, transB=1)
        """;

    /// <summary>Takes pixels and normalises them.</summary>
    public const string Pixels =
        """
        graph g(x: uint8[N, 1, 2, 2]) -> logits: float[N, 2]
          const scale: float[1, 1, 1] = [0.5]
          const offset: float[1, 1, 1] = [-1]
          const w: float[4, 2]
          const w2: float[2, 2] = [1, 2, 3, 4]
          v: float[N, 1, 2, 2] = Cast(x, to=1)
          m: float[N, 1, 2, 2] = Mul(v, scale)
          n: float[N, 1, 2, 2] = Add(m, offset)
          f: float[N, 4] = Flatten(n)
          h: float[N, 2] = MatMul(f, w)
          t: float[N, 2] = Tanh(h)
          logits: float[N, 2] = MatMul(t, w2)
        """;

    /// <summary>One batch of floats, from -3 to 3 over and over.</summary>
    public static IReadOnlyList<OnnxTensor>[] Floats(params long[] shape)
    {
        float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, size) => product * size)).Select(i => ((i * 5) % 7) - 3f)];
        return [[Tensor("x", shape, values)]];
    }

    /// <summary>One batch of pixels.</summary>
    public static IReadOnlyList<OnnxTensor>[] Bytes(params byte[] pixels) => [[new("x", DataType.Uint8, [1, 1, 2, 2], pixels)]];

    public static OnnxTensor Tensor(string name, IReadOnlyList<long> shape, params float[] values) => new(name, DataType.Float, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
}
