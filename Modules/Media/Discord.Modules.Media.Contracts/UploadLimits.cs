using MediatR;

namespace Discord.Modules.Media.Contracts;

/// <summary>What clients may upload: said to the web client, so that it need not try.</summary>
public sealed record GetUploadLimits : IRequest<UploadLimits>;

/// <param name="MaxFileBytes">Of one file.</param>
/// <param name="MaxPremiumFileBytes">Of one file of a premium user.</param>
public sealed record UploadLimits(long MaxFileBytes, long MaxPremiumFileBytes);
