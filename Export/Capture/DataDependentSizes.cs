using OnnxInit.Export.Lowerings;
using static TorchSharp.torch;

namespace OnnxInit.Export.Capture;

/// <summary>Which axes of a result are as long as the data say: the number of elements that a mask picks.</summary>
internal static class DataDependentSizes
{
    /// <summary>The axis of a call's results whose size depends on the data; null where none does.</summary>
    /// <param name="call">The call.</param>
    public static int? Axis(RecordedCall call) => call.Rule.Name switch
    {
        "masked_select" or "nonzero" or "argwhere" or "nonzero_as_list" => 0,
        "unique" or "unique_consecutive" when Array.IndexOf(call.Rule.ParameterNames, "dim") is var dim && (dim < 0 || call.Arguments[dim] is null) => 0,
        "index" => OfMask(call),
        _ => null,
    };

    // x[.., mask, ..]: what the mask picks stands where the first tensor among the indices does.
    private static int? OfMask(RecordedCall call)
    {
        object?[] indices = [.. call.Arguments.Skip(1).SelectMany(argument => argument is ListSnapshot list ? list.Items : [argument])
            .Select(index => index is IndexSnapshot { Tensor: { } tensor } ? tensor : index)];
        Tensor[] tensors = [.. indices.OfType<Tensor>()];
        if (!tensors.Any(IsMask) || tensors.Any(tensor => !IsMask(tensor) && tensor.dim() > 1))
        {
            return null;
        }

        int first = Array.FindIndex(indices, index => index is Tensor);
        int last = Array.FindLastIndex(indices, index => index is Tensor);
        if (indices[first..last].Any(index => index is IndexSnapshot { Kind: not IndexKind.Single }))
        {
            return 0; // tensors that are apart: what they pick goes to the front
        }

        long taken = indices.Sum(index => index switch
        {
            Tensor tensor => IsMask(tensor) ? tensor.dim() : 1,
            IndexSnapshot { Kind: IndexKind.Single or IndexKind.Slice } => 1,
            IndexSnapshot => 0,
            _ => 1,
        });
        return (int)indices[..first].Sum(index => index switch
        {
            IndexSnapshot { Kind: IndexKind.Ellipsis } => ((Tensor)call.Arguments[0]!).dim() - taken,
            IndexSnapshot { Kind: IndexKind.Single } or not IndexSnapshot => 0,
            _ => 1,
        });
    }

    private static bool IsMask(Tensor tensor) => tensor.dtype is ScalarType.Bool or ScalarType.Byte;
}
