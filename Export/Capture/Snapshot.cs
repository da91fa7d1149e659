using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using OnnxInit.Export.Lowerings;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Export.Capture;

/// <summary>Arguments as they were at the time of a call: native numbers and indices read out, sequences copied.</summary>
internal static class Snapshot
{
    private const BindingFlags AnyInstance = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    private static readonly FieldInfo[] IndexFields =
        [.. new[] { "kind", "startIndexOrBoolOrSingle", "stopIndex", "step", "tensor" }.Select(name => typeof(TensorIndex).GetField(name, AnyInstance)!)];

    /// <summary>A copy of an argument.</summary>
    /// <param name="argument">The argument: what is neither number, index nor sequence stays as it is.</param>
    public static object? Of(object? argument) => argument switch
    {
        null or Tensor or nn.Module or string => argument,
        Scalar scalar => new ScalarSnapshot(Number(scalar)),
        TensorIndex index => new IndexSnapshot(
            (IndexKind)Convert.ToInt32(IndexFields[0].GetValue(index), null), (long?)IndexFields[1].GetValue(index), (long?)IndexFields[2].GetValue(index),
            (long?)IndexFields[3].GetValue(index), (Tensor?)IndexFields[4].GetValue(index)),
        Array array when array.GetType().GetElementType()!.IsPrimitive => array.Clone(),
        Array array => new ListSnapshot(array.GetType(), [.. array.Cast<object?>().Select(Of)]),
        IList list => new ListSnapshot(list.GetType(), [.. list.Cast<object?>().Select(Of)]),
        ITuple tuple => new ListSnapshot(argument.GetType(), [.. Enumerable.Range(0, tuple.Length).Select(i => Of(tuple[i]))]),
        IEnumerable<Tensor> tensors => new ListSnapshot(typeof(Tensor[]), [.. tensors]),
        _ => argument,
    };

    /// <summary>Every tensor in a snapshot or a result; one without a handle, as MultiheadAttention gives where weights are not needed, is none.</summary>
    /// <param name="value">The snapshot or result.</param>
    public static IEnumerable<Tensor> Tensors(object? value) => value switch
    {
        Tensor tensor => tensor.IsInvalid ? [] : [tensor],
        null or string or nn.Module => [],
        IndexSnapshot { Tensor: { } tensor } => [tensor],
        ListSnapshot list => list.Items.SelectMany(Tensors),
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Tensors(tuple[i])),
        IEnumerable<Tensor> tensors => tensors,
        Array array when !array.GetType().GetElementType()!.IsPrimitive => array.Cast<object?>().SelectMany(Tensors),
        _ => [],
    };

    private static object Number(Scalar scalar) => scalar.Type switch
    {
        ScalarType.Bool => scalar.ToBoolean(),
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64 => scalar.ToInt64(),
        ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64 => scalar.ToComplexFloat64(),
        _ => scalar.ToDouble(),
    };
}

/// <summary>A Scalar.</summary>
/// <param name="Number">A <see cref="long"/>, <see cref="double"/>, <see cref="bool"/> or complex number.</param>
internal sealed record ScalarSnapshot(object Number);

/// <summary>A TensorIndex.</summary>
internal sealed record IndexSnapshot(IndexKind Kind, long? Start, long? Stop, long? Step, Tensor? Tensor);

/// <summary>An array, list or tuple.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Items">Snapshots of what is in it.</param>
internal sealed record ListSnapshot(Type Type, object?[] Items);
