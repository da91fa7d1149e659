using OnnxInit.Export.Graph;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>PyTorch's type promotion, https://pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc.</summary>
internal static class TypePromotion
{
    // How weakly an operand decides the type: tensors with axes before zero-dimensional tensors before numbers.
    private enum Category
    {
        Tensor,
        ZeroDimensional,
        Number,
    }

    /// <summary>The type that an operation computes in, as <c>torch.result_type</c>: an operand of a weaker category counts only where its kind (bool, integer, fraction) is a higher one.</summary>
    /// <param name="operands">Tensors and numbers; null is none.</param>
    public static DataType Of(params IEnumerable<object?> operands)
    {
        DataType?[] types = new DataType?[3];
        foreach (object operand in operands.OfType<object>())
        {
            (Category category, DataType type) = operand switch
            {
                GraphValue value => (value.Rank > 0 ? Category.Tensor : Category.ZeroDimensional, value.Type),
                double => (Category.Number, DataType.Float),
                bool => (Category.Number, DataType.Bool),
                Dimension or long => (Category.Number, DataType.Int64),
                _ => throw new ArgumentException($"A {operand.GetType().Name} is no operand.", nameof(operands)),
            };
            ref DataType? known = ref types[(int)category];
            known = known is { } other ? Common(other, type) : type;
        }

        return Stronger(types[0], Stronger(types[1], types[2])) ?? throw new ArgumentException("There is no operand.", nameof(operands));
    }

    /// <summary>The smallest type that holds the kinds of both, as <c>torch.promote_types</c>.</summary>
    public static DataType Common(DataType left, DataType right) => (left, right) switch
    {
        _ when left == right || right == DataType.Bool => left,
        _ when left == DataType.Bool => right,
        (DataType.Float16, DataType.Bfloat16) or (DataType.Bfloat16, DataType.Float16) => DataType.Float,
        _ when left.IsFloating() != right.IsFloating() => left.IsFloating() ? left : right,
        (DataType.Uint8, DataType.Int8) or (DataType.Int8, DataType.Uint8) => DataType.Int16,
        (DataType.Uint8, _) => right,
        (_, DataType.Uint8) => left,
        _ => left.Size() > right.Size() ? left : right,
    };

    private static DataType? Stronger(DataType? strong, DataType? weak) => (strong, weak) switch
    {
        (null, _) => weak,
        (_, null) => strong,
        ({ } high, { } low) when !high.IsFloating() && (high == DataType.Bool || low.IsFloating()) => Common(high, low),
        _ => strong,
    };
}
