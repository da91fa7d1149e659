using System.Reflection;
using OnnxInit.Export.Graph;
using OnnxInit.Export.Lowerings;
using static TorchSharp.torch;

namespace OnnxInit.Export.Capture;

/// <summary>What forward computes, in TorchSharp's terms: operations on values, each value made once.</summary>
/// <param name="Inputs">The inputs' values.</param>
/// <param name="InputShapes">Their shapes.</param>
/// <param name="Operations">The operations that depend on an input, in order.</param>
/// <param name="Outputs">What forward returns, flattened: a <see cref="ValueReference"/> or a <see cref="ConstantReference"/> each.</param>
/// <param name="ValueCount">How many values there are; they are numbered from 0.</param>
/// <param name="Names">The model's names.</param>
/// <param name="Folded">How many calls did not depend on an input; their results are constants.</param>
internal sealed record CapturedGraph(
    IReadOnlyList<ValueReference> Inputs, IReadOnlyList<ValueInfo> InputShapes, List<CapturedOperation> Operations, IReadOnlyList<object> Outputs, int ValueCount, ModelNames Names, int Folded)
{
    /// <summary>Gives the operations one by one and lets each go, since those of a deep model are large. Afterwards there are none.</summary>
    public IEnumerable<CapturedOperation> TakeOperations()
    {
        for (int i = 0; i < Operations.Count; i++)
        {
            CapturedOperation operation = Operations[i];
            Operations[i] = null!;
            yield return operation;
        }

        Operations.Clear();
    }
}

/// <summary>An operation.</summary>
/// <param name="Call">The call, as the first trace has it.</param>
/// <param name="Arguments">Its arguments, the receiver first: references to values and constants, sizes that hold for every trace, the rest as it is.</param>
/// <param name="Results">The values that it makes.</param>
/// <param name="Shapes">Their types and shapes.</param>
internal sealed record CapturedOperation(RecordedCall Call, IReadOnlyList<object?> Arguments, IReadOnlyList<ValueReference> Results, IReadOnlyList<ValueInfo> Shapes)
{
    /// <summary>The method that was called.</summary>
    public MethodBase Method => Call.Method;
}

/// <summary>A value that depends on an input.</summary>
/// <param name="Id">Its number.</param>
internal sealed record ValueReference(int Id);

/// <summary>A tensor that depends on no input.</summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="Name">Its name in the model; null for others.</param>
internal sealed record ConstantReference(Tensor Tensor, string? Name)
{
    /// <inheritdoc/>
    public bool Equals(ConstantReference? other) => ReferenceEquals(Tensor, other?.Tensor); // a tensor compares its values

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(Tensor);
}

/// <summary>A Scalar.</summary>
/// <param name="Number">A <see cref="Dimension"/>, <see cref="double"/> or <see cref="bool"/>.</param>
internal sealed record ScalarArgument(object Number);

/// <summary>A TensorIndex; its tensor, if any, a reference.</summary>
internal sealed record CapturedIndex(IndexKind Kind, Dimension? Start, Dimension? Stop, Dimension? Step, object? Tensor);

/// <summary>An array, list or tuple.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Items">What is in it.</param>
internal sealed record CapturedList(Type Type, object?[] Items);
