import type { Kind, Quality, VideoLimits } from './types';

// What is the same for the connection to the server and for one straight to another person.

/** Sends a track from now on; null: none. No new description is needed for it. `active`: a picture that is not is not even encoded. */
export async function carry({ sender }: RTCRtpTransceiver, kind: Kind, track: MediaStreamTrack | null, limits: VideoLimits | undefined, active = true): Promise<void> {
  try {
    await sender.replaceTrack(track);
    const parameters = sender.getParameters();
    const [encoding] = parameters.encodings;
    if (kind !== 'video' || limits === undefined || encoding === undefined) return;
    Object.assign(encoding, { maxBitrate: limits.bitrate, maxFramerate: limits.framerate, active });
    await sender.setParameters(parameters);
  } catch (error) {
    console.warn('voice', error);
  }
}

interface Counted {
  readonly lost: number;
  readonly got: number;
}

/** How a connection is. `since`: what had been counted at the last look. */
export function qualityOf(stats: RTCStatsReport, since: Counted): { quality: Quality; counted: Counted } {
  const all = [...stats.values()] as Record<string, never>[];
  const sum = (type: string, field: string): number => all.filter((one) => one.type === type).reduce((total, one) => total + Number(one[field] ?? 0), 0);
  const transport = all.find((one) => one.type === 'transport');
  const pair = stats.get(String(transport?.selectedCandidatePairId)) as Record<string, never> | undefined;
  const local = pair && (stats.get(String(pair.localCandidateId)) as Record<string, never> | undefined);
  const counted = { lost: sum('inbound-rtp', 'packetsLost'), got: sum('inbound-rtp', 'packetsReceived') };
  const [lost, got] = [Math.max(0, counted.lost - since.lost), Math.max(0, counted.got - since.got)];
  const jitters = all.filter((one) => one.type === 'inbound-rtp' && Number(one.packetsReceived) > 0).map((one) => Number(one.jitter) * 1000);
  const quality: Quality = {
    rtt: pair?.currentRoundTripTime === undefined ? null : Number(pair.currentRoundTripTime) * 1000,
    loss: lost + got === 0 ? null : lost / (lost + got),
    jitter: jitters.length === 0 ? null : Math.max(...jitters),
    received: Number(transport?.bytesReceived ?? 0),
    sent: Number(transport?.bytesSent ?? 0),
    path: local === undefined ? null : local.candidateType === 'relay' ? 'relay' : local.protocol === 'tcp' ? 'tcp' : 'udp',
  };
  return { quality, counted };
}
