using Discord.Modules.Media.Contracts;
using MediatR;

namespace Discord.Modules.Media.Uploads;

internal sealed class GetUploadLimitsHandler(MediaOptions options) : IRequestHandler<GetUploadLimits, UploadLimits>
{
    public Task<UploadLimits> Handle(GetUploadLimits request, CancellationToken cancellationToken) => Task.FromResult(new UploadLimits(options.MaxFileBytes, options.MaxPremiumFileBytes));
}
