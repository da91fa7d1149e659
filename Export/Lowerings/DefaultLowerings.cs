namespace OnnxInit.Export.Lowerings;

/// <summary>The lowerings that come with the exporter, family by family.</summary>
internal static class DefaultLowerings
{
    /// <summary>A registry of all of them.</summary>
    public static LoweringRegistry Create()
    {
        LoweringRegistry registry = new();
        ReductionLowerings.Register(registry);
        MomentLowerings.Register(registry);
        NormLowerings.Register(registry);
        CumulativeLowerings.Register(registry);
        SortLowerings.Register(registry);
        MatrixLowerings.Register(registry);
        EinsumLowerings.Register(registry);
        LinearLowerings.Register(registry);
        NormalizationLowerings.Register(registry);
        EmbeddingLowerings.Register(registry);
        RecurrentLowerings.Register(registry);
        RecurrentCellLowerings.Register(registry);
        AttentionLowerings.Register(registry);
        TransformerLowerings.Register(registry);
        ConvolutionLowerings.Register(registry);
        MaxPoolLowerings.Register(registry);
        AveragePoolLowerings.Register(registry);
        AdaptivePoolLowerings.Register(registry);
        ResizeLowerings.Register(registry);
        GridLowerings.Register(registry);
        return registry;
    }
}
