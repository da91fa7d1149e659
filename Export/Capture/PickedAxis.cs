using OnnxInit.Export.Lowerings;
using static TorchSharp.torch;

namespace OnnxInit.Export.Capture;

/// <summary>The axis of a call's results whose size the values of a tensor decide: what a mask picks, what is not zero, what is unique.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Decider">The tensor that decides, for the same size in other calls too; null where the call stands alone.</param>
internal sealed record PickedAxis(int Axis, Tensor? Decider)
{
    /// <summary>Finds the axis while the tensors of the call are alive; null where values decide no size.</summary>
    /// <param name="name">The operation.</param>
    /// <param name="arguments">Snapshots of its arguments.</param>
    public static PickedAxis? Find(string name, object?[] arguments) => name switch
    {
        "nonzero" or "nonzero_as_list" or "argwhere" when arguments[0] is Tensor tensor && tensor.dim() > 0 => new(0, tensor),
        "where" when arguments is [Tensor condition] => new(0, condition),
        "masked_select" when arguments[1] is Tensor mask => new(0, mask),
        "unique" or "unique_consecutive" or "unique_dim" => new(0, null),
        "index" => OfIndex((Tensor)arguments[0]!, [.. arguments.Skip(1).SelectMany(argument => argument is ListSnapshot list ? list.Items : [argument])]),
        _ => null,
    };

    // x[..., mask]: the elements picked stand where the first tensor among the indices was, or in front where a range separates tensors.
    private static PickedAxis? OfIndex(Tensor input, object?[] indices)
    {
        Tensor?[] tensors = [.. indices.Select(index => index is IndexSnapshot { Tensor: { } tensor } ? tensor : index as Tensor)];
        if (Array.Find(tensors, IsMask) is not { } mask)
        {
            return null;
        }

        int taken = indices.Zip(tensors).Sum(pair => pair.Second is { } tensor ? (IsMask(tensor) ? (int)tensor.dim() : 1)
            : pair.First is IndexSnapshot { Kind: IndexKind.Single or IndexKind.Slice } or long ? 1 : 0);
        int axis = 0;
        int first = -1;
        bool ended = false;
        for (int i = 0; i < indices.Length; i++)
        {
            if (tensors[i] is not null)
            {
                if (ended)
                {
                    return new(0, mask);
                }

                first = first < 0 ? axis : first;
                continue;
            }

            ended = first >= 0;
            axis += indices[i] is IndexSnapshot index ? index.Kind switch
            {
                IndexKind.Ellipsis => (int)input.dim() - taken,
                IndexKind.Single => 0,
                _ => 1,
            }
            : 0;
        }

        return new(first, mask);
    }

    private static bool IsMask(Tensor? tensor) => tensor is not null && tensor.dtype is ScalarType.Bool or ScalarType.Byte;
}
