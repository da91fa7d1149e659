using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML.OnnxRuntime;
using OnnxInit.Export.Graph;
using TorchSharp;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;
using static TorchSharp.torch;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace OnnxInit.Tests.Export;

/// <summary>Runs a session on TorchSharp tensors and compares what comes out.</summary>
internal static class OrtRun
{
    /// <summary>Calls a module's forward, whatever its signature, and flattens its result.</summary>
    public static Tensor[] Forward(nn.Module module, Tensor[] inputs)
    {
        MethodInfo forward = module.GetType().GetMethods(BindingFlags.Instance | BindingFlags.Public)
            .Where(method => method.Name == "forward" && method.GetParameters().Length >= inputs.Length).OrderBy(method => method.GetParameters().Length).First();
        object?[] arguments = [.. inputs, .. forward.GetParameters().Skip(inputs.Length).Select(parameter => parameter.DefaultValue)];
        return [.. Flatten(forward.Invoke(module, arguments))];
    }

    /// <summary>Fails unless the session gives the expected tensors: the same types, shapes and, within tolerance, numbers.</summary>
    public static void Compare(InferenceSession session, Tensor[] inputs, Tensor[] expected, double relative, double absolute, string because)
    {
        using IDisposableReadOnlyCollection<OrtValue> outputs = RunOrt(session, inputs);
        outputs.Count.Should().Be(expected.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            OrtTensorTypeAndShapeInfo info = outputs[i].GetTensorTypeAndShape();
            ((int)info.ElementDataType).Should().Be((int)expected[i].dtype.ToOnnx(), "output {0} is {1}", i, expected[i].dtype);
            info.Shape.Should().Equal(expected[i].shape, "output {0} {1}", i, because);
            Tensor found = FromOrt(outputs[i], expected[i].dtype);
            MaxExcess(found, expected[i], relative, absolute).Should().BeLessThanOrEqualTo(0, "output {0} {1}: found {2}, expected {3}", i, because, Text(found), Text(expected[i]));
        }
    }

    /// <summary>What a session gives.</summary>
    public static Tensor[] Run(InferenceSession session, Tensor[] inputs)
    {
        using IDisposableReadOnlyCollection<OrtValue> outputs = RunOrt(session, inputs);
        return [.. outputs.Select(output => FromOrt(output, ((DataType)(int)output.GetTensorTypeAndShape().ElementDataType).ToTorch()))];
    }

    private static IDisposableReadOnlyCollection<OrtValue> RunOrt(InferenceSession session, Tensor[] inputs)
    {
        OrtValue[] values = [.. inputs.Select(ToOrt)];
        try
        {
            using RunOptions options = new();
            return session.Run(options, session.InputNames.ToArray(), values, session.OutputNames.ToArray());
        }
        finally
        {
            foreach (OrtValue value in values)
            {
                value.Dispose();
            }
        }
    }

    // |found - expected| - (absolute + relative |expected|), at its greatest; NaN equals NaN, infinity itself.
    private static double MaxExcess(Tensor found, Tensor expected, double relative, double absolute)
    {
        if (expected.NumberOfElements == 0)
        {
            return 0;
        }

        Tensor a = found.to(ScalarType.Float64);
        Tensor b = expected.cpu().to(ScalarType.Float64);
        Tensor same = (a == b).logical_or(a.isnan().logical_and(b.isnan()));
        Tensor excess = (a - b).abs() - (absolute + (relative * b.abs()));
        return where(same, zeros_like(excess) - absolute, where(excess.isnan(), full_like(excess, double.PositiveInfinity), excess)).max().ToDouble();
    }

    private static string Text(Tensor tensor) => string.Join(' ', tensor.to(ScalarType.Float64).flatten().data<double>().ToArray().Take(12).Select(value => value.ToString("G6")));

    private static OrtValue ToOrt(Tensor tensor)
    {
        OrtValue value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (TensorElementType)(int)tensor.dtype.ToOnnx(), tensor.shape);
        if (tensor.NumberOfElements > 0)
        {
            tensor.contiguous().bytes.CopyTo(value.GetTensorMutableRawData());
        }

        return value;
    }

    private static Tensor FromOrt(OrtValue value, ScalarType type)
    {
        Tensor tensor = empty(value.GetTensorTypeAndShape().Shape, type);
        if (tensor.NumberOfElements > 0)
        {
            value.GetTensorMutableRawData().CopyTo(tensor.bytes);
        }

        return tensor;
    }

    private static IEnumerable<Tensor> Flatten(object? result) => result switch
    {
        Tensor tensor => [tensor],
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Flatten(tuple[i])),
        IEnumerable<Tensor> list => list,
        _ => throw new ArgumentException($"forward returned {result!.GetType().Name}.", nameof(result)),
    };
}
