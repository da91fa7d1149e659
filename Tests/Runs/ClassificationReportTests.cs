using OnnxInit.Contracts.Runs;

namespace OnnxInit.Tests.Runs;

public class ClassificationReportTests
{
    [Fact]
    public void Accuracy_and_confusion_are_counted_by_class()
    {
        // Predictions 0, 1, 1, 2 of the classes 0, 0, 1, 1.
        ClassificationReport report = ClassificationReport.Of([3, 0, 0, 0, 3, 0, 0, 3, 0, 0, 0, 3], [0, 0, 1, 1]);

        report.Images.Should().Be(4);
        report.Accuracy.Should().Be(0.5);
        report.ClassAccuracy.Should().Equal(0.5, 0.5, null);
        report.Confusion.Should().BeEquivalentTo((int[][])[[1, 1, 0], [0, 1, 1], [0, 0, 0]], options => options.WithStrictOrdering());
        report.Top5Accuracy.Should().Be(1, "there are only three classes");
    }

    [Fact]
    public void The_five_greatest_logits_count_and_of_equal_ones_the_first()
    {
        float[] logits = [6, 5, 4, 3, 2, 2];

        ClassificationReport.Of(logits, [4]).Top5Accuracy.Should().Be(1);
        ClassificationReport.Of(logits, [5]).Top5Accuracy.Should().Be(0);
    }

    [Fact]
    public void The_calibration_error_is_the_one_computed_by_hand()
    {
        // Confidences e / (e + 1) = 0.7311 (bin 11 of 15: 10/15 to 11/15 = 0.7333) and 1/2 (bin 8), one right of two each.
        float[] logits = [1, 0, 0, 1, 0, 0, 0, 0];
        ClassificationReport report = ClassificationReport.Of(logits, [0, 0, 0, 1]);

        double confident = Math.E / (Math.E + 1);
        report.ExpectedCalibrationError.Should().BeApproximately(0.5 * (confident - 0.5), 1e-15);
        report.Calibration.Should().HaveCount(15);
        report.Calibration[10].Should().Be(new CalibrationBin(2, 0.5, report.Calibration[10].Confidence));
        report.Calibration[10].Confidence.Should().BeApproximately(confident, 1e-15);
        report.Calibration[7].Should().Be(new CalibrationBin(2, 0.5, 0.5));
        report.Calibration.Sum(bin => bin.Images).Should().Be(4);
    }

    [Fact]
    public void A_sure_and_right_classifier_has_no_calibration_error() =>
        ClassificationReport.Of([1000, 0, 0, 1000], [0, 1]).ExpectedCalibrationError.Should().Be(0);

    [Fact]
    public void Logits_that_are_all_NaN_are_wrong_and_nowhere_else()
    {
        ClassificationReport report = ClassificationReport.Of([float.NaN, float.NaN, 1, 0], [0, 0]);

        report.Unclassified.Should().Be(1);
        report.Accuracy.Should().Be(0.5);
        report.Confusion[0].Should().Equal(1, 0);
        report.Calibration.Sum(bin => bin.Images).Should().Be(1);
    }

    [Theory]
    [InlineData(float.PositiveInfinity, 0f, 1, 0)]
    [InlineData(float.NegativeInfinity, 0f, 0, 1)]
    [InlineData(float.NaN, 0f, 0, 1)]
    [InlineData(float.NaN, float.NaN, 0, 0)]
    [InlineData(3e38f, 3e38f, 0.5, 0.5)]
    [InlineData(-200f, -200f, 0.5, 0.5)]
    public void Probabilities_do_not_overflow(float first, float second, double expectedFirst, double expectedSecond)
    {
        double[] probabilities = new double[2];

        Prediction.Softmax([first, second], probabilities);

        probabilities.Should().Equal(expectedFirst, expectedSecond);
    }

    [Fact]
    public void A_label_without_logits_is_refused() =>
        FluentActions.Invoking(() => ClassificationReport.Of([1, 2], [2])).Should().Throw<ArgumentException>().WithMessage("Image 0 has the label 2, and there are logits of 2 classes.*");
}
