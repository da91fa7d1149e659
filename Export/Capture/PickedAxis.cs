using OnnxInit.Export.Lowerings;
using static TorchSharp.torch;

namespace OnnxInit.Export.Capture;

/// <summary>The axis of a result whose size the values of a tensor decide: what a mask picks, what is not zero, what is unique.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Decider">What decides, the same for the same size.</param>
internal readonly record struct PickedAxis(int Axis, object Decider)
{
    /// <summary>The axis of a call's results; null where values decide no size.</summary>
    /// <param name="call">The call.</param>
    /// <param name="arguments">What its arguments are.</param>
    public static PickedAxis? Of(RecordedCall call, object?[] arguments) => call.Rule.Name switch
    {
        "nonzero" or "nonzero_as_list" or "argwhere" when arguments[0] is ValueReference && call.Arguments[0] is not Tensor { IsInvalid: false, Dimensions: 0 } => new(0, arguments[0]!),
        "where" when arguments is [ValueReference condition] => new(0, condition),
        "masked_select" when arguments[1] is ValueReference mask => new(0, mask),
        "unique" or "unique_consecutive" or "unique_dim" => new(0, call),
        "index" => OfIndex(call, arguments),
        _ => null,
    };

    // x[..., mask]: the elements picked stand where the first tensor among the indices was, or in front where a range separates tensors.
    private static PickedAxis? OfIndex(RecordedCall call, object?[] arguments)
    {
        object?[] indices = [.. arguments.Skip(1).SelectMany(argument => argument is CapturedList list ? list.Items : [argument])];
        object?[] snapshots = [.. call.Arguments.Skip(1).SelectMany(argument => argument is ListSnapshot list ? list.Items : [argument])];
        Tensor?[] tensors = [.. snapshots.Select(snapshot => snapshot is IndexSnapshot index ? index.Tensor : snapshot as Tensor)];
        int mask = Array.FindIndex(tensors, tensor => tensor is { IsInvalid: false } && tensor.dtype is ScalarType.Bool or ScalarType.Byte);
        if (mask < 0 || (indices[mask] is CapturedIndex captured ? captured.Tensor : indices[mask]) is not ValueReference decider)
        {
            return null;
        }

        int used = snapshots.Zip(tensors).Sum(pair => pair.Second is { } tensor ? (tensor.dtype is ScalarType.Bool or ScalarType.Byte ? (int)tensor.dim() : 1)
            : pair.First is IndexSnapshot { Kind: IndexKind.Single or IndexKind.Slice } or long ? 1 : 0);
        int rank = call.Arguments[0] is Tensor { IsInvalid: false } input ? (int)input.dim() : 0;
        int axis = 0;
        int first = -1;
        bool ended = false;
        for (int i = 0; i < indices.Length; i++)
        {
            if (tensors[i] is not null)
            {
                if (ended)
                {
                    return new(0, decider);
                }

                first = first < 0 ? axis : first;
                continue;
            }

            ended = first >= 0;
            axis += snapshots[i] is IndexSnapshot index ? index.Kind switch
            {
                IndexKind.Ellipsis => rank - used,
                IndexKind.Single => 0,
                _ => 1,
            }
            : 0;
        }

        return new(first, decider);
    }
}
