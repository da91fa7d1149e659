namespace OnnxInit.Export.Lowerings;

/// <summary>The lowerings that come with the exporter, family by family.</summary>
internal static class DefaultLowerings
{
    /// <summary>A registry of all of them.</summary>
    public static LoweringRegistry Create()
    {
        LoweringRegistry registry = new();
        ReshapingLowerings.Register(registry);
        AxesLowerings.Register(registry);
        RepeatingLowerings.Register(registry);
        JoiningLowerings.Register(registry);
        SplittingLowerings.Register(registry);
        DiagonalLowerings.Register(registry);
        IndexLowerings.Register(registry);
        IndexPutLowerings.Register(registry);
        GatherLowerings.Register(registry);
        ScatterLowerings.Register(registry);
        PaddingLowerings.Register(registry);
        PixelLowerings.Register(registry);
        WindowLowerings.Register(registry);
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
