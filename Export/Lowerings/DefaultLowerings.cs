namespace OnnxInit.Export.Lowerings;

/// <summary>The lowerings that come with the exporter, family by family.</summary>
internal static class DefaultLowerings
{
    /// <summary>A registry of all of them.</summary>
    public static LoweringRegistry Create()
    {
        LoweringRegistry registry = new();
        ArithmeticLowerings.Register(registry);
        ElementaryLowerings.Register(registry);
        TrigonometricLowerings.Register(registry);
        SpecialLowerings.Register(registry);
        ComparisonLowerings.Register(registry);
        LogicLowerings.Register(registry);
        SelectionLowerings.Register(registry);
        MaximumLowerings.Register(registry);
        CastLowerings.Register(registry);
        CreationLowerings.Register(registry);
        ActivationLowerings.Register(registry);
        ShrinkageLowerings.Register(registry);
        SoftmaxLowerings.Register(registry);
        DropoutLowerings.Register(registry);
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
        LossLowerings.Register(registry);
        ClassificationLossLowerings.Register(registry);
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
