namespace OnnxInit.Export.Lowerings;

/// <summary>The kinds of index that a TorchSharp TensorIndex can be, in its order.</summary>
public enum IndexKind
{
    /// <summary>TensorIndex.None: a new axis of size 1.</summary>
    None,

    /// <summary>One element; the axis goes.</summary>
    Single,

    /// <summary>TensorIndex.Null: a new axis of size 1.</summary>
    Null,

    /// <summary>All axes that no other index names.</summary>
    Ellipsis,

    /// <summary>A truth value: a new axis of size 1 or 0.</summary>
    Bool,

    /// <summary>A tensor of integers or a mask.</summary>
    Tensor,

    /// <summary>A range.</summary>
    Slice,
}
